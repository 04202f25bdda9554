/**
 * The finals of a search: the best candidates beside published networks. Where a time was given they are cut to what is left of it, and trained
 * in rounds, all networks with one seed and then with the next: what the time ends between two rounds is still a fair comparison.
 */
import { counted } from '@netspace/analysis/wording';
import type { Network } from '@netspace/network/network';
import type { Store, StoredTrial } from '@netspace/store/store';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeFinals, fitFinals, type FinalEffort } from './final-effort.ts';
import { chooseFinalists, epochsOf } from './finals.ts';
import { slownessOf, type Prediction } from './prediction.ts';
import { SearchError } from './request.ts';
import { fileNames, type SearchRecord } from './search-folder.ts';
import { finalPlan } from './search-plan.ts';
import {
  asFarAsTrained,
  keepPlan,
  lastCheckpoint,
  planTerms,
  trainPlan,
  type StageHands,
  type Trained,
} from './stages.ts';

export interface Finals extends Trained {
  /** Those that are to be examined, round by round. */
  readonly trials: readonly StoredTrial[];
  /** Networks of a round. */
  readonly networks: number;
  readonly epochs: number;
  readonly seeds: number;
}

/** However slow trainings are, the time behind them takes no larger share. */
const mostForEnding = 0.3;

/** Undefined when it was interrupted. */
export async function trainFinals(
  record: SearchRecord,
  candidates: Trained,
  folder: string,
  hands: StageHands,
): Promise<Finals | undefined> {
  const finalists = chooseFinalists(candidates.trials);
  const best = finalists.map(({ network }) => network);
  const rivals = record.rivals.map(({ network }) => network);
  const slowness = hands.prediction ? await measureSlowness(candidates, hands.store, hands.prediction) : 1;
  const plan = keepPlan(folder, fileNames.finals, () => {
    const effort = effortOf(record, best, slowness, hands);
    const networks = [...best.slice(0, effort.candidates), ...rivals];
    return finalPlan(planTerms(record, 'finals', effort.epochs), networks, effort.seeds);
  });
  const networks = plan.sweep.spaces.flatMap(({ members = [] }) => members);
  const seeds = plan.sweep.spaces[0]?.seeds ?? 1;
  const { epochs } = plan.sweep.recipe;
  const about = { networks: networks.length, epochs, seeds };
  const keptCheckpoints = join(folder, fileNames.checkpoints);
  if (!hands.keeper.isLimited) {
    const trained = await trainPlan(plan, hands, { keptCheckpoints, end: { secondsLeft: 0 } });
    return trained && { ...trained, ...about };
  }
  const ending = (rounds: number) =>
    Math.min(
      slowness * (hands.prediction?.ending(networks, rounds) ?? 0),
      mostForEnding * (record.request.time ?? 0),
    );
  const firstEpoch = slowness * Math.min(...networks.map((each) => hands.prediction?.epoch(each) ?? 0));
  if (hands.keeper.left() - ending(1) > firstEpoch) {
    const trained = await trainRounds(plan, seeds, hands, { keptCheckpoints, ending });
    if (!trained) return undefined;
    const trials = await examinable(trained.trials, seeds, hands, epochs);
    if (trials.length > 0) return { ...trained, trials, ...about };
  }
  return candidatesInstead(record, { ...candidates, trials: finalists }, keptCheckpoints, hands);
}

/** What there is to show where the time did not suffice for finals. */
function candidatesInstead(
  { effort }: SearchRecord,
  best: Trained,
  keptCheckpoints: string,
  { run, keeper }: StageHands,
): Finals {
  keeper.tell(
    'no network of the finals was trained for one epoch: shown are the best candidates as they were, and no published network',
  );
  const trials = best.trials.filter(({ index }) =>
    existsSync(lastCheckpoint(best.sweep, index, keptCheckpoints, run.checkpoints)),
  );
  if (trials.length === 0)
    throw new SearchError(
      'the time was over before any network was trained so far that it can be shown: give more --time, a smaller budget or a lower --resolution, and another folder with -o',
    );
  return { ...best, trials, networks: trials.length, epochs: effort.epochs, seeds: 1 };
}

/** The whole finals where no time is given, else what is expected to fit. */
function effortOf(
  { effort, request, rivals }: SearchRecord,
  best: readonly Network[],
  slowness: number,
  { prediction, keeper, note }: StageHands,
): FinalEffort {
  const wanted = { candidates: best.length, epochs: effort.finalEpochs, seeds: effort.seeds };
  if (!prediction || !keeper.isLimited) return wanted;
  const fitted = fitFinals(wanted, request.effort, keeper.left(), ({ candidates, epochs, seeds }) => {
    const networks = [...best.slice(0, candidates), ...rivals.map(({ network }) => network)];
    return slowness * (prediction.finals(networks, epochs, seeds) + prediction.ending(networks, seeds));
  });
  if (describeFinals(fitted) === describeFinals(wanted)) return fitted;
  const times =
    slowness > 1.1 ? `, since trainings take ${slowness.toFixed(1)} times as long as was measured` : '';
  keeper.tell(`the finals have ${describeFinals(fitted)} instead of ${describeFinals(wanted)}${times}`);
  note(keeper.shortened().at(-1) ?? '');
  return fitted;
}

async function measureSlowness({ sweep }: Trained, store: Store, prediction: Prediction): Promise<number> {
  const trained: StoredTrial[] = [];
  for await (const trial of store.population(sweep.id)) trained.push(trial);
  return slownessOf(trained, prediction);
}

interface Rounds {
  readonly keptCheckpoints: string;
  /** Seconds from the last training to the end, by the rounds that are to be examined. */
  readonly ending: (rounds: number) => number;
}

/** A round that the time is not expected to hold is not begun. */
async function trainRounds(
  plan: Trained['plan'],
  seeds: number,
  hands: StageHands,
  { keptCheckpoints, ending }: Rounds,
): Promise<Trained | undefined> {
  const { keeper } = hands;
  let trained: Trained | undefined;
  let took = 0;
  for (let round = 0; round < seeds; round++) {
    const secondsLeft = ending(round + 1);
    const begun = keeper.spent();
    if (trained && keeper.left() - secondsLeft < took) return { ...trained, isCutShort: true };
    const shard = { remainder: round, parts: seeds };
    trained = await trainPlan(plan, hands, { keptCheckpoints, shard, end: { secondsLeft } });
    if (!trained || trained.isCutShort) return trained;
    took = Math.max(took, keeper.spent() - begun);
  }
  return trained;
}

/** Whole rounds; where there is none, what has ended; where nothing has, what has an epoch behind it. */
async function examinable(
  trials: readonly StoredTrial[],
  seeds: number,
  { store, keeper }: StageHands,
  epochs: number,
): Promise<readonly StoredTrial[]> {
  const ended = trials.filter(({ status }) => status !== 'planned' && status !== 'leased');
  const rounds = Array.from({ length: seeds }, (_, k) => trials.filter(({ index }) => index % seeds === k));
  const whole = rounds.filter((round) => round.every((trial) => ended.includes(trial)));
  if (whole.length === seeds) return rounds.flat();
  if (whole.length > 0) {
    keeper.tell(
      `of ${counted(seeds, 'seed')} of the finals ${whole.length === 1 ? 'one was' : `${whole.length} were`} trained to the end; the others are left out`,
    );
    return whole.flat();
  }
  if (ended.some(({ status }) => status === 'completed')) {
    const names = new Set(ended.map(({ network }) => network.name));
    const all = new Set(trials.map(({ network }) => network.name));
    keeper.tell(
      `the finals were not trained to the end: of ${counted(all.size, 'network')} ${names.size === 1 ? 'one is' : `${names.size} are`} compared, the others are left out`,
    );
    return ended;
  }
  const partly = (await asFarAsTrained(trials, store, epochs)).filter((trial) => epochsOf(trial) > 0);
  if (partly.length === 0) return [];
  const reached = partly.map((trial) => `${trial.network.name ?? 'network'} ${epochsOf(trial)}`);
  keeper.tell(
    `no training of the finals came to its end: compared is what there was after fewer epochs than ${epochs} (${reached.join(', ')}), which says little`,
  );
  return partly;
}
