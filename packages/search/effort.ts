/** How much can be trained in the time that is given: by what this machine was measured to do, before anything is trained. */
import { counted } from '@netspace/analysis/wording';
import { formatSeconds } from '@netspace/sweep/screen';
import { SearchError, usualEffort, type Effort } from './request.ts';

/**
 * From the most to the least; the first that fits the time is taken. Longer finals come before more candidates, and the last that is given up is
 * a second seed, without which nothing tells how sure the result is.
 */
const efforts: readonly Effort[] = [
  [32, 27, 81],
  [32, 18, 54],
  [32, 9, 54],
  [32, 9, 27],
  [32, 9, 18],
  [32, 6, 12],
  [24, 6, 12],
  [24, 3, 9],
  [16, 3, 9],
  [16, 3, 6],
  [12, 3, 6],
  [9, 3, 3],
  [9, 1, 2],
  [9, 1, 1],
  [9, 1, 1, 2],
  [6, 1, 1, 2],
  [6, 1, 1, 1],
  [3, 1, 1, 1],
].map(([candidates = 0, epochs = 0, finalEpochs = 0, seeds = usualEffort.seeds]) => ({
  candidates,
  epochs,
  finalEpochs,
  seeds,
}));

/** What is fixed stays; only the rest is chosen. */
export function effortsWith(fixed: Partial<Effort>): Effort[] {
  const all = efforts.map((effort) => ({ ...effort, ...fixed }));
  const keys = all.map((effort) => JSON.stringify(effort));
  return all.filter((_, i) => keys.indexOf(keys[i] ?? '') === i);
}

export interface Settled {
  readonly effort: Effort;
  /** What all of it is expected to take, in seconds; left out where the machine was not measured. */
  readonly seconds?: number;
}

/**
 * `secondsOf` is undefined where the machine was not measured, which a given time does not allow. Of the time, in seconds, some may be spent
 * already.
 */
export function settleEffort(
  fixed: Partial<Effort>,
  time: number | undefined,
  secondsOf: ((effort: Effort) => number) | undefined,
  spent = 0,
): Settled {
  if (time === undefined || !secondsOf) {
    const effort = { ...usualEffort, ...fixed };
    return { effort, ...(secondsOf && { seconds: secondsOf(effort) }) };
  }
  const all = effortsWith(fixed).map((effort) => ({ effort, seconds: secondsOf(effort) }));
  const fits = all.find(({ seconds }) => spent + seconds <= time);
  if (fits) return fits;
  const [least] = all.toSorted((a, b) => a.seconds - b.seconds);
  throw new SearchError(
    `--time ${formatSeconds(time)} is too little: the least search on these images with this budget takes about ${formatSeconds(spent + (least?.seconds ?? NaN))} on this machine (${describeEffort(least?.effort ?? usualEffort)}). Give as much time, a smaller budget, or a lower --resolution`,
  );
}

/** "32 candidates of up to 9 epochs, finals of 27 with 3 seeds each". */
export function describeEffort({ candidates, epochs, finalEpochs, seeds }: Effort): string {
  return `${candidates} candidates of up to ${counted(epochs, 'epoch')}, finals of ${finalEpochs} with ${counted(seeds, 'seed')} each`;
}
