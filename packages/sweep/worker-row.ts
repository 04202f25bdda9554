/** What a worker is doing, and what is done and left of its trial. */
import type { StopRule } from '@netspace/train/stop-rule';
import { expectedEpochs } from './estimate.ts';
import type { TrialLabel } from './sweep-event.ts';

export interface WorkerRow {
  readonly state: 'starting' | 'idle' | 'training';
  readonly trial?: TrialLabel;
  readonly startedAt?: number;
  /** Share of the whole training that is done, 0 to 1. */
  readonly share: number;
  /** Share that a checkpoint brought. */
  readonly broughtShare?: number;
  readonly epoch: number;
  readonly imagesPerSecond?: number;
}

/** What is left of a trial that has come so far, in the store's unit: on average, where a rule of the plan stops some. */
export function remainingCostOf(
  { cost, epochs, rung }: Pick<TrialLabel, 'cost' | 'epochs' | 'rung'>,
  done: number,
  rule: StopRule | undefined,
): number {
  return (cost / epochs) * expectedEpochs(epochs, { done, rung }, rule);
}

/** Work done and left, in the store's unit; what a checkpoint brought was not done here, and took no time. */
export function measureRow(
  row: WorkerRow,
  rule: StopRule | undefined,
  now: number,
): { done: number; left: number; seconds: number }[] {
  if (!row.trial || row.startedAt === undefined) return [];
  const { cost, epochs } = row.trial;
  const done = cost * (row.share - (row.broughtShare ?? 0));
  const left = remainingCostOf(row.trial, row.share * epochs, rule);
  return [{ done, left, seconds: done === 0 ? 0 : (now - row.startedAt) / 1000 }];
}
