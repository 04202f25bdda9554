/** How long a plan takes here by a calibration of this machine, which is measured where there is none yet. */
import type { NewTrial } from '@netspace/store/store';
import {
  calibrate,
  describeMachine,
  findCalibration,
  type Calibration,
  type Machine,
} from '@netspace/sweep/calibrate';
import { estimateSweep, type SweepEstimate } from '@netspace/sweep/estimate';
import { CalibrationError } from '@netspace/sweep/measuring-process';
import type { Plan } from '@netspace/sweep/plan';
import { conditionsOf } from '@netspace/sweep/run';
import { formatSeconds } from '@netspace/sweep/screen';
import { say } from './output.ts';
import { workersFor } from './plan-file.ts';

interface EstimateOptions {
  readonly workers?: number;
  /** Measure anew. */
  readonly calibrate?: true;
}

export interface Estimated extends SweepEstimate {
  readonly workers: number;
  readonly calibration: Calibration;
}

/** A machine that cannot be measured has no estimate, which keeps nobody from seeing the plan. */
export async function estimateHere(
  plan: Plan,
  trials: readonly NewTrial[],
  options: EstimateOptions,
): Promise<Estimated | undefined> {
  const workers = options.workers ?? workersFor(plan.sweep);
  const machine = describeMachine(workers, plan.sweep.threads);
  const calibration = await calibrateOnce(machine, options.calibrate === true);
  if (!calibration) return undefined;
  const conditions = await conditionsOf(plan, workers);
  return { ...estimateSweep(trials, calibration.rates, conditions), workers, calibration };
}

async function calibrateOnce(machine: Machine, anew: boolean): Promise<Calibration | undefined> {
  const found = anew ? undefined : findCalibration(machine);
  if (found) return found;
  say('measuring this machine with three tiny trainings; it is kept for the next time');
  try {
    return await calibrate(machine);
  } catch (error) {
    if (!(error instanceof CalibrationError) || anew) throw error;
    say(`no estimate: ${error.message}`);
    return undefined;
  }
}

/** Less is what a processor's clock and shared memory do by themselves. */
export const notableDelay = 1.3;

export function describeDelay({ delay = 1 }: Calibration): string {
  if (delay < notableDelay) return '';
  return `; others made it ${delay.toFixed(1)} times as slow then, which is not counted in: with them it takes as much longer`;
}

export function describeAge(seconds: number): string {
  return seconds < 60 ? 'just now' : `${formatSeconds(seconds)} ago`;
}

export function ageOf({ measuredAt }: Calibration): number {
  return Math.max(0, Math.round((Date.now() - measuredAt) / 1000));
}
