/** What a training came to, in words and as a record. */
import type { EpochRecord } from '@netspace/population/trial';
import type { StepProgress } from '@netspace/train/epoch';
import type { Recipe } from '@netspace/train/recipe';
import type { TrainingResult } from '@netspace/train/training-result';

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

export function describeStep(progress: StepProgress, { epochs }: Recipe): string {
  const { epoch, step, stepsPerEpoch, imagesPerSecond } = progress;
  return `epoch ${epoch}/${epochs}, step ${step}/${stepsPerEpoch}, ${imagesPerSecond.toFixed(0)} images/s`;
}

export function describeEpoch(record: EpochRecord, { epochs }: Recipe): string {
  const { epoch, trainLoss, validationError = 1, emaError, imagesPerSecond = 0 } = record;
  return [
    `epoch ${epoch}/${epochs}`,
    `train loss ${trainLoss?.toFixed(4) ?? 'not finite'}`,
    `validation error ${percent(validationError)}`,
    ...(emaError === undefined ? [] : [`of the average ${percent(emaError)}`]),
    `${imagesPerSecond.toFixed(0)} images/s`,
  ].join('  ');
}

/** The headline first, then what else the last epoch's predictions say. */
export function describeResult(result: TrainingResult, classes: readonly string[]): string[] {
  const { status, error, bestError, bestEpoch, evaluation, testError } = result;
  const lines = [`${status}: error ${percent(error)} (best epoch ${bestEpoch}: ${percent(bestError)})`];
  if (evaluation !== undefined) {
    const { k, topKError, calibrationError, classErrors } = evaluation;
    const ofClasses = classErrors.map((each, c) => `${classes[c]} ${each === null ? '–' : percent(each)}`);
    if (k > 1) lines.push(`top-${k} error ${percent(topKError)}`);
    lines.push(`calibration error ${percent(calibrationError)}`, `errors by class: ${ofClasses.join(', ')}`);
  }
  if (testError !== undefined) lines.push(`test error ${percent(testError)}`);
  return lines;
}

/** Flat, as the last line of JSON; the curve has lines of its own. */
export function resultRecord({ curve, evaluation, ...result }: TrainingResult): object {
  const emaError = curve.at(-1)?.emaError;
  return { ...result, epochs: curve.length, ...(emaError === undefined ? {} : { emaError }), ...evaluation };
}
