/** What predictions are worth: figures from logits and labels, without the network that made them. */

export interface Predictions {
  /** [image, class]. */
  readonly logits: Float32Array;
  /** Class of each image. */
  readonly labels: ArrayLike<number>;
}

/** Shares are fractions. Class c of a list is the data set's class c. */
export interface EvaluationReport {
  /** Share of images whose class is not among the k most likely ones. */
  readonly topKError: number;
  readonly k: number;
  /** Images by their class (row) and by the class they were taken for (column). */
  readonly confusion: readonly (readonly number[])[];
  /** Error of each class; null for one without images. */
  readonly classErrors: readonly (number | null)[];
  /** Expected calibration error, see `calibrationError`. */
  readonly calibrationError: number;
}

export function reportOn(predictions: Predictions): EvaluationReport {
  const k = usualK(classesOf(predictions));
  const confusion = confusionMatrix(predictions);
  return {
    topKError: topKError(predictions, k),
    k,
    confusion,
    classErrors: confusion.map(rowError),
    calibrationError: calibrationError(predictions),
  };
}

/** Images whose largest logit is not their label's; a tie, or a logit that is not a number, is an error. */
export function countErrors(predictions: Predictions): number {
  return rivalsOf(predictions).reduce((errors, rivals) => errors + (rivals > 0 ? 1 : 0), 0);
}

/** Share of images for which k classes or more are at least as likely as their own; k from 1 to the number of classes. */
export function topKError(predictions: Predictions, k: number): number {
  const wrong = rivalsOf(predictions).reduce((errors, rivals) => errors + (rivals >= k ? 1 : 0), 0);
  return wrong / predictions.labels.length;
}

/** Rows are classes, columns what they were taken for; the diagonal counts what is right by `countErrors`. */
export function confusionMatrix(predictions: Predictions): number[][] {
  const classes = classesOf(predictions);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let image = 0; image < predictions.labels.length; image++) {
    const row = counts[predictions.labels[image] ?? 0] ?? [];
    const taken = predictedClass(predictions, image);
    row[taken] = (row[taken] ?? 0) + 1;
  }
  return counts;
}

/**
 * How far confidence is from what comes true: images fall into 15 bins of equal width by the probability of their most likely class;
 * the sum over bins of share of images · |share that is right - mean probability|. Guo et al., 2017, equation 3; 0 to 1.
 */
export function calibrationError(predictions: Predictions, bins = 15): number {
  const gaps = new Float64Array(bins);
  const { length: count } = predictions.labels;
  for (let image = 0; image < count; image++) {
    const confidence = confidenceOf(rowOf(predictions, image));
    // Bin b holds what is above b / bins, up to (b + 1) / bins.
    const bin = Math.max(0, Math.ceil(confidence * bins) - 1);
    const right = predictedClass(predictions, image) === predictions.labels[image] ? 1 : 0;
    gaps[bin] = (gaps[bin] ?? 0) + right - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / count;
}

/** 5 as usual; 2 and 1 where there are few classes, since k of k are never wrong. */
function usualK(classes: number): number {
  if (classes > 5) return 5;
  return classes > 2 ? 2 : 1;
}

function rowError(row: readonly number[], own: number): number | null {
  const images = row.reduce((sum, count) => sum + count, 0);
  return images === 0 ? null : 1 - (row[own] ?? 0) / images;
}

/** For each image, how many other classes are at least as likely as its own. What is not a number is as likely as can be. */
export function rivalsOf(predictions: Predictions): Uint32Array {
  return Uint32Array.from({ length: predictions.labels.length }, (_, image) => {
    const label = predictions.labels[image] ?? 0;
    const row = rowOf(predictions, image);
    const own = row[label] ?? NaN;
    return row.reduce((rivals, logit, c) => rivals + (c !== label && !(logit < own) ? 1 : 0), 0);
  });
}

/** The most likely class; where the image's own is not more likely than all others, the first of those. */
function predictedClass(predictions: Predictions, image: number): number {
  const label = predictions.labels[image] ?? 0;
  const row = rowOf(predictions, image);
  let [best, largest] = [label, -Infinity];
  row.forEach((logit, c) => {
    if (c === label || logit <= largest || Number.isNaN(largest)) return;
    [best, largest] = [c, logit];
  });
  return (row[label] ?? NaN) > largest ? label : best;
}

/** The largest of softmax(logits). */
function confidenceOf(row: Float32Array): number {
  const largest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
  return 1 / row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
}

function rowOf({ logits, labels }: Predictions, image: number): Float32Array {
  const classes = logits.length / labels.length;
  return logits.subarray(image * classes, (image + 1) * classes);
}

function classesOf({ logits, labels }: Predictions): number {
  return logits.length / labels.length;
}
