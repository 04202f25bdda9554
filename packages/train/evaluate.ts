/** How good a trained network is on images that it did not learn from. */
import { evaluationBatches } from '@netspace/data/batches';
import type { ImageSet } from '@netspace/data/dataset';
import { countErrors, type Predictions } from './evaluation.ts';
import type { Trainer } from './trainer.ts';
import type { ModelCopy } from './training-state.ts';

/** Images a batch: large enough to be fast, small enough for the maps of a wide network. */
const EVALUATION_BATCH = 256;

export interface Evaluation extends Predictions {
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
  copy: ModelCopy = 'trained',
): Evaluation {
  let logits = new Float32Array();
  let [loss, filled] = [0, 0];
  for (const { images, labels, count } of evaluationBatches({
    set,
    mean,
    deviation,
    batchSize: EVALUATION_BATCH,
  })) {
    const some = trainer.evaluate(images, count, copy);
    loss += totalCrossEntropy(some, labels);
    if (filled === 0) logits = new Float32Array((some.length / count) * set.count);
    logits.set(some, filled);
    filled += some.length;
  }
  const predictions = { logits, labels: set.labels };
  return { loss: loss / set.count, error: countErrors(predictions) / set.count, ...predictions };
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
