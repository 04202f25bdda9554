/** How the finals are cut to the time that is left of a search. */
import { counted } from '@netspace/analysis/wording';
import type { Effort } from './request.ts';

export interface FinalEffort {
  /** Candidates that come into the finals. */
  readonly candidates: number;
  readonly epochs: number;
  /** Trainings of each network. */
  readonly seeds: number;
}

/**
 * The most that fits: fewer epochs first, to a third, since all networks are trained equally anyhow; then fewer seeds, without which intervals
 * are wide; then fewer candidates. What nothing fits any more gets the least. Epochs that were asked for stay as they are.
 */
export function fitFinals(
  wanted: FinalEffort,
  fixed: Partial<Effort>,
  seconds: number,
  secondsOf: (effort: FinalEffort) => number,
): FinalEffort {
  const all = [...shorter(wanted, fixed.finalEpochs !== undefined)];
  return all.find((each) => secondsOf(each) <= seconds) ?? all.at(-1) ?? wanted;
}

function* shorter(wanted: FinalEffort, keepsEpochs: boolean): Generator<FinalEffort> {
  for (let seeds = wanted.seeds; seeds >= 1; seeds--) {
    const least = keepsEpochs ? wanted.epochs : seeds === 1 ? 1 : Math.ceil(wanted.epochs / 3);
    for (let epochs = wanted.epochs; epochs >= least; epochs--) yield { ...wanted, epochs, seeds };
  }
  const epochs = keepsEpochs ? wanted.epochs : 1;
  for (let candidates = wanted.candidates - 1; candidates >= 1; candidates--)
    yield { candidates, epochs, seeds: 1 };
}

/** "3 candidates, 27 epochs and 3 seeds". */
export function describeFinals({ candidates, epochs, seeds }: FinalEffort): string {
  return `${counted(candidates, 'candidate')}, ${counted(epochs, 'epoch')} and ${counted(seeds, 'seed')}`;
}
