/** The learning rate of each epoch: constant inside an epoch, as pycls has it. */

export type SchedulePolicy = 'cos' | 'linear' | 'exp' | 'steps';

export interface Schedule {
  readonly policy: SchedulePolicy;
  readonly epochs: number;
  readonly learningRate: number;
  /** The least rate as a fraction of the base; `exp` needs more than 0. Not used by `steps`. */
  readonly minLearningRate: number;
  readonly warmupEpochs: number;
  /** Fraction of the rate at the start of the warm-up. */
  readonly warmupFactor: number;
  /** The epochs, the first of them 0, at which `steps` multiplies by `stepFactor` once more. */
  readonly steps: readonly number[];
  readonly stepFactor: number;
}

/** The rates of epochs 0 … epochs - 1. */
export function learningRates(schedule: Schedule): number[] {
  return Array.from({ length: schedule.epochs }, (_, epoch) => learningRate(schedule, epoch));
}

/** base · f(t) · warm-up(t): with m the least fraction and W the epochs of warm-up, the factor t/W + factor · (1 - t/W). */
function learningRate(schedule: Schedule, epoch: number): number {
  const { warmupEpochs, warmupFactor } = schedule;
  const rate = schedule.learningRate * fraction(schedule, epoch);
  if (epoch >= warmupEpochs) return rate;
  const progress = epoch / warmupEpochs;
  return rate * (warmupFactor * (1 - progress) + progress);
}

function fraction(
  { policy, epochs, minLearningRate: m, steps, stepFactor }: Schedule,
  epoch: number,
): number {
  const progress = epoch / epochs;
  switch (policy) {
    case 'cos':
      return (1 - m) * 0.5 * (1 + Math.cos(Math.PI * progress)) + m;
    case 'linear':
      return (1 - m) * (1 - progress) + m;
    case 'exp':
      return m ** progress;
    case 'steps':
      return stepFactor ** (steps.filter((step) => step <= epoch).length - 1);
  }
}
