/** What is known of the images before anything is trained: how many of which class, of what size. */
import { countPerClass } from '@netspace/data/decoded-dataset';
import type { Dataset } from '@netspace/data/dataset';
import { fetchDataset } from '@netspace/data/fetch';
import { loadDataset } from '@netspace/data/load';
import { readReference } from '@netspace/data/reference';
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
}

export function referenceOf(data: string, resolution: number | undefined): string {
  return resolution === undefined ? data : `${data}@${resolution}`;
}

/** Fetches the data set where it has a name and is missing, then looks through it; `note` is told what takes long. */
export async function understandData(reference: string, note: (text: string) => void): Promise<DataFacts> {
  const found = readReference(reference);
  if (found.kind === 'catalog')
    await fetchDataset(found.entry.name, { onProgress: ({ what }) => note(`fetching ${what}`) });
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
  };
}

/** Images of the largest class for one of the smallest. */
export function imbalanceOf({ trainCounts }: Pick<DataFacts, 'trainCounts'>): number {
  return Math.max(...trainCounts) / Math.min(...trainCounts);
}

export function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
