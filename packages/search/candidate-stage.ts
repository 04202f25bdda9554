/** The candidates of a search are trained, by successive halving and no longer than their share of the time. */
import { counted } from '@netspace/analysis/wording';
import type { StoredTrial } from '@netspace/store/store';
import { formatSeconds } from '@netspace/sweep/screen';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { epochsOf } from './finals.ts';
import type { Prediction } from './prediction.ts';
import { SearchError } from './request.ts';
import { fileNames, type SearchRecord } from './search-folder.ts';
import { candidatePlan } from './search-plan.ts';
import {
  asFarAsTrained,
  findTrained,
  keepPlan,
  planTerms,
  trainPlan,
  type StageHands,
  type Trained,
} from './stages.ts';

/** The trials of all candidates, as far as they came; undefined when it was interrupted. */
export async function trainCandidates(
  record: SearchRecord,
  folder: string,
  hands: StageHands,
): Promise<Trained | undefined> {
  const { store, keeper } = hands;
  const { epochs } = record.effort;
  const networks = record.candidates.map(({ network }) => network);
  const plan = keepPlan(folder, fileNames.candidates, () =>
    candidatePlan(planTerms(record, 'candidates', epochs), networks),
  );
  if (keeper.isLimited && existsSync(join(folder, fileNames.finals))) return findTrained(plan, store, epochs);
  const left = keeper.left();
  const end = {
    secondsLeft: (1 - candidateShare(record, hands.prediction)) * left,
    atMost: leastBehind * left,
  };
  // Where the time does not suffice for finals, they are what was found.
  const keptCheckpoints = keeper.isLimited ? { keptCheckpoints: join(folder, fileNames.checkpoints) } : {};
  const trained = await trainPlan(plan, hands, { ...keptCheckpoints, end });
  if (!trained?.isCutShort) return trained;
  const trials = await asFarAsTrained(trained.trials, store, epochs);
  if (trials.every(({ status }) => status === 'planned' || status === 'leased'))
    throw new SearchError(
      `most of the time was over before any candidate was trained for one epoch: give more than --time ${formatSeconds(record.request.time ?? 0)}, a smaller budget or a lower --resolution, and another folder with -o`,
    );
  keeper.tell(describeCut(trials));
  return { ...trained, trials };
}

/** Candidates that take longer than expected leave this share of the time, in which those that were trained can be examined at least. */
const leastBehind = 0.25;

/** Of the time that is left, by what all of it is expected to take: a machine that is slower is so in all parts. */
function candidateShare({ effort, candidates, rivals }: SearchRecord, prediction?: Prediction): number {
  if (!prediction) return 1;
  const timing = prediction.timing(candidates.length + rivals.length);
  return prediction.candidates(effort) / (prediction.total(effort) - timing);
}

/** "Candidates were stopped before all had ended: 3 of 9 were trained for 3 epochs, 4 for 1, 2 for none." */
function describeCut(trials: readonly StoredTrial[]): string {
  const reached = trials.map(epochsOf);
  const groups = [...new Set(reached)]
    .toSorted((a, b) => b - a)
    .map((epochs, place) => {
      const count = reached.filter((each) => each === epochs).length;
      const of = place === 0 ? `${count} of ${counted(trials.length, 'candidate')}` : `${count}`;
      const long = epochs === 0 ? 'none' : place === 0 ? counted(epochs, 'epoch') : `${epochs}`;
      return `${of} for ${long}`;
    });
  return `the candidates' share of the time was over before halving had ended; trained were ${groups.join(', ')}`;
}
