/** From the candidates' trials to the networks of the finals. */
import type { StoredTrial } from '@netspace/store/store';
import { finalists, SearchError } from './request.ts';

/** Epochs that a trial was trained for. */
export function epochsOf({ stopped, recipe, status }: StoredTrial): number {
  if (status !== 'completed') return 0;
  return stopped?.epoch ?? Number(recipe?.['epochs'] ?? 0);
}

/** The best first: those that came further were better wherever they were compared, and of equals the least error counts, then the order of the plan. */
function rankCandidates(trials: readonly StoredTrial[]): StoredTrial[] {
  return trials.toSorted(
    (a, b) => epochsOf(b) - epochsOf(a) || (a.error ?? 1) - (b.error ?? 1) || a.index - b.index,
  );
}

export function chooseFinalists(trials: readonly StoredTrial[]): StoredTrial[] {
  const trained = rankCandidates(trials).filter(({ status }) => status === 'completed');
  if (trained.length > 0) return trained.slice(0, finalists);
  const reason = trials.find((trial) => trial.reason !== undefined)?.reason;
  throw new SearchError(
    `no candidate could be trained: ${reason ?? 'the loss of all of them became infinite; give a --recipe with a smaller learningRate'}`,
  );
}
