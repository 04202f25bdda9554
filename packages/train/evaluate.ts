/** How good a trained network is on images that it did not learn from. */
import { evaluationBatches } from '@netspace/data/batches';
import type { ImageSet } from '@netspace/data/dataset';
import type { Trainer } from './trainer.ts';

/** Images a batch: large enough to be fast, small enough for the maps of a wide network. */
const EVALUATION_BATCH = 256;

export interface Evaluation {
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Share of images whose most likely class is wrong. */
  readonly error: number;
}

export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Every image counts once; none is left out. */
export function evaluate(
  trainer: Pick<Trainer, 'evaluate'>,
  set: ImageSet,
  { mean, deviation }: Normalization,
): Evaluation {
  let [loss, errors] = [0, 0];
  for (const { images, labels, count } of evaluationBatches({
    set,
    mean,
    deviation,
    batchSize: EVALUATION_BATCH,
  })) {
    const logits = trainer.evaluate(images, count);
    loss += totalCrossEntropy(logits, labels);
    errors += countErrors(logits, labels);
  }
  return { loss: loss / set.count, error: errors / set.count };
}

/** Images whose largest logit is not their label's; a logit that is not a number is an error. Logits are [image, class]. */
export function countErrors(logits: Float32Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  let errors = 0;
  for (let image = 0; image < labels.length; image++) {
    const own = logits[image * classes + (labels[image] ?? 0)] ?? NaN;
    let right = !Number.isNaN(own);
    for (let c = 0; right && c < classes; c++)
      if (c !== labels[image] && !((logits[image * classes + c] ?? NaN) < own)) right = false;
    if (!right) errors++;
  }
  return errors;
}

/** Sum over the images of -ln softmax(logits)[label], with the largest logit taken off first. */
function totalCrossEntropy(logits: Float32Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  let total = 0;
  for (let image = 0; image < labels.length; image++) {
    const row = logits.subarray(image * classes, (image + 1) * classes);
    const largest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const sum = row.reduce((s, logit) => s + Math.exp(logit - largest), 0);
    total += Math.log(sum) + largest - (row[labels[image] ?? 0] ?? NaN);
  }
  return total;
}
