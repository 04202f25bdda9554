/** Labels that are bare numbers: which classes they make, and whether they can be right. */
import { type Labels, makeLabels } from './dataset.ts';

/** Labels that cannot be right; the message names the file, what is wrong and how to mend it. */
class LabelError extends Error {
  readonly code = 'labels';
}

export interface NamedLabels {
  readonly name: string;
  readonly labels: ArrayLike<number>;
}

const mostClasses = 65_536;

/** The classes "0", "1", … of numbers that count from 0 without a gap; a test part may have no others. */
export function numberClasses(train: NamedLabels, test?: NamedLabels): string[] {
  const classes = countClasses(train);
  if (test !== undefined) checkTestLabels(test, classes, train.name);
  return Array.from({ length: classes }, (_, k) => String(k));
}

function countClasses(train: NamedLabels): number {
  const seen = new Set<number>();
  for (let i = 0; i < train.labels.length; i++) seen.add(checkLabel(train, i));
  const classes = Math.max(-1, ...seen) + 1;
  for (let k = 0; k < classes; k++)
    if (!seen.has(k))
      throw new LabelError(
        `${train.name}: mislabelled: the labels go up to ${classes - 1}, but no training image has label ${k}; number the classes from 0 without a gap`,
      );
  if (classes < 2)
    throw new LabelError(
      `${train.name}: all images have label 0; at least two classes are needed to tell apart`,
    );
  return classes;
}

function checkTestLabels(test: NamedLabels, classes: number, train: string): void {
  for (let i = 0; i < test.labels.length; i++)
    if (checkLabel(test, i) >= classes)
      throw new LabelError(
        `${test.name}: mislabelled: label ${test.labels[i]} of image ${i} is not one of the ${classes} classes 0 to ${classes - 1} of ${train}; are both parts of the same data set?`,
      );
}

function checkLabel({ name, labels }: NamedLabels, index: number): number {
  const label = labels[index] ?? NaN;
  if (Number.isInteger(label) && label >= 0 && label < mostClasses) return label;
  throw new LabelError(
    `${name}: mislabelled: label ${label} of image ${index} is not a whole number from 0 to ${mostClasses - 1}; number the classes from 0`,
  );
}

/** Numbers as labels, in as many bytes as that many classes need. */
export function packLabels(numbers: ArrayLike<number>, classes: number): Labels {
  const labels = makeLabels(numbers.length, classes);
  labels.set(numbers);
  return labels;
}
