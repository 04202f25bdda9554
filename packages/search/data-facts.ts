/** What is known of the images before anything is trained: how many of which class, of what size. */
import { countPerClass } from '@netspace/data/decoded-dataset';
import { equalImages } from '@netspace/data/copies';
import type { Dataset, ImageSet } from '@netspace/data/dataset';
import { loadDataset } from '@netspace/data/load';
import { findNearCopies, type NearPair } from '@netspace/data/near-copies';
import type { InputShape } from '@netspace/network/network';

export interface DataFacts {
  /** Name or path, with `@resolution` where that was given: what a plan calls it. */
  readonly reference: string;
  readonly input: InputShape;
  readonly classes: readonly string[];
  /** Images of each class. */
  readonly trainCounts: readonly number[];
  readonly testCounts: readonly number[];
  readonly checksum: string;
  readonly copies: CopyFacts;
}

/** Images that are there more than once; the two parts are training (0) and test (1). */
export interface CopyFacts {
  /** Training images that are equal to another training image. */
  readonly withinTrain: number;
  /** Training images that are equal to a test image: they are not trained on. */
  readonly acrossParts: number;
  /** Groups of equal images with different classes: some of them are wrong. */
  readonly contradicting: number;
  /** Pairs of images that are nearly the same, all of them and those of a training and a test image. */
  readonly nearPairs: number;
  readonly nearAcrossParts: number;
  /** The first of the pairs, those across the parts before all others. */
  readonly examples: readonly NearPair[];
}

/** Pairs that are told one by one. */
const mostExamples = 200;

/** Looks through a data set that is on this machine. */
export async function understandData(reference: string): Promise<DataFacts> {
  return factsOf(reference, await loadDataset(reference));
}

function factsOf(reference: string, { classes, train, test, checksum }: Dataset): DataFacts {
  const { resolution, channels } = train;
  return {
    reference,
    input: { resolution, channels, classes: classes.length },
    classes,
    trainCounts: countPerClass(train.labels, classes.length),
    testCounts: countPerClass(test.labels, classes.length),
    checksum,
    copies: findCopies(train, test),
  };
}

function findCopies(train: ImageSet, test: ImageSet): CopyFacts {
  const [learned, measured] = [equalImages(train), equalImages(test)];
  const repeated = [...learned.values()].filter((group) => group.length > 1);
  const near = findNearCopies([train, test]);
  const across = near.filter(({ a, b }) => a.set !== b.set);
  const within = near.filter(({ a, b }) => a.set === b.set);
  return {
    withinTrain: repeated.reduce((sum, group) => sum + group.length, 0),
    acrossParts: [...learned].reduce((sum, [key, group]) => sum + (measured.has(key) ? group.length : 0), 0),
    contradicting: [...learned].filter(([key, group]) => {
      const labels = group.map((index) => train.labels[index]);
      const theirs = (measured.get(key) ?? []).map((index) => test.labels[index]);
      return new Set([...labels, ...theirs]).size > 1;
    }).length,
    nearPairs: near.length,
    nearAcrossParts: across.length,
    examples: [...across, ...within].slice(0, mostExamples),
  };
}

/** Images of the largest class for one of the smallest. */
export function imbalanceOf({ trainCounts }: Pick<DataFacts, 'trainCounts'>): number {
  return Math.max(...trainCounts) / Math.min(...trainCounts);
}

export function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
