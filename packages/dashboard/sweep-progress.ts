/** How fast a sweep is, and how long it will take, from what its last trials cost and took. */
import type { EndedTrial, LeasedTrial } from '@netspace/store/watch';

/** So many trials at the end tell the speed: as long as all of them took, whoever trained them. */
const lastTrials = 50;

export interface SweepSpeed {
  readonly trialsPerHour?: number;
  readonly secondsLeft?: number;
}

/**
 * `remainingCost` counts the trials in training whole; what of them is done is taken off by epochs. Nothing is said of a sweep that
 * nobody trains, or whose trials took no time. `ended` has the oldest first, times are milliseconds of one clock.
 */
export function measureSpeed(
  ended: readonly EndedTrial[],
  leased: readonly LeasedTrial[],
  remainingCost: number,
  now: number,
): SweepSpeed {
  const last = ended.slice(-lastTrials);
  if (last.length === 0 || leased.length === 0) return {};
  const from = last.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity);
  const seconds = (now - from) / 1000;
  if (!(seconds > 0)) return {};
  const running = leased.reduce((sum, trial) => sum + trial.cost * shareOf(trial), 0);
  const spent = last.reduce((sum, { cost }) => sum + cost, running);
  const trialsPerHour = (last.length * 3600) / seconds;
  if (!(spent > 0)) return { trialsPerHour };
  return { trialsPerHour, secondsLeft: (Math.max(0, remainingCost - running) * seconds) / spent };
}

/** Share of a training that is done. */
function shareOf({ recipe, lastEpoch }: LeasedTrial): number {
  const epochs = Number(recipe?.['epochs'] ?? 0);
  return epochs > 0 ? Math.min(1, (lastEpoch?.epoch ?? 0) / epochs) : 0;
}
