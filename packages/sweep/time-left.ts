/** How long a sweep will still take, from the work that is left and the speed so far. */
import type { SweepProgress } from './progress.ts';
import { measureRow } from './worker-row.ts';

/** A measurement of the machine counts as much as so many seconds of trials that this run has trained. */
const priorSeconds = 60;

/**
 * Seconds until every trial has ended, from the work that is left and the speed so far; each network counts with its own cost.
 * A machine that was measured has a speed from the beginning, which the run's own outweighs with time. Otherwise undefined until
 * something is known of the speed, 10 s at the least.
 */
export function secondsLeft(progress: SweepProgress, now: number): number | undefined {
  const running = [...progress.rows.values()].flatMap((row) => measureRow(row, progress.earlyStopping, now));
  const known = progress.secondsPerCost === undefined ? 0 : priorSeconds;
  const done = sum(running.map((row) => row.done)) + progress.spent.cost;
  const seconds = sum(running.map((row) => row.seconds)) + progress.spent.seconds;
  if (seconds + known < 10 || done + known === 0) return undefined;
  const speed = (done + known / (progress.secondsPerCost ?? 1)) / (seconds + known);
  const remainders = running.map((row) => row.left);
  const together = (sum(remainders) + progress.waitingCost) / Math.max(1, progress.workers);
  return Math.max(together, ...remainders) / speed;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
