/** What a search is asked for, and what it does where nothing is said. */
import { formatQuantity } from '@netspace/network/quantity';
import type { Complexity } from '@netspace/network/complexity';
import type { RecipeDeclaration } from '@netspace/train/recipe';

/** What a network may cost at most; `latency` is in seconds, of one image on this machine. */
export interface Budget extends Partial<Complexity> {
  readonly latency?: number;
}

/** How much is trained. */
export interface Effort {
  /** Networks that halving begins with; 32 suffice for the paper's random search ("Designing Network Design Spaces", Section 4). */
  readonly candidates: number;
  /** Epochs of a candidate that is never stopped. */
  readonly epochs: number;
  /** Epochs of each training of the finals. */
  readonly finalEpochs: number;
  /** Trainings of each network of the finals. */
  readonly seeds: number;
}

export interface SearchRequest {
  /** Name or path of a data set. */
  readonly data: string;
  /** Pixels; chosen from the images where it is left out. For folders of images alone. */
  readonly resolution?: number;
  readonly budget: Budget;
  /** A built-in space. */
  readonly space: string;
  /** Instead of the recipe that is made for the data; its epochs count for nothing. */
  readonly recipe?: RecipeDeclaration;
  readonly seed: number;
  /** Of each worker. */
  readonly threads: number;
  /** What all of it may take, in seconds. */
  readonly time?: number;
  readonly effort: Partial<Effort>;
}

/** Where neither time nor numbers are given. */
export const usualEffort: Effort = { candidates: 32, epochs: 9, finalEpochs: 27, seeds: 3 };

/** Candidates that come into the finals. */
export const finalists = 3;

/** Share of each class' training images that chooses; test images are looked at once, at the end. */
export const validationShare = 0.2;

/** A search that cannot be made as it was asked for; the message says what would do. `code` is `search`. */
export class SearchError extends Error {
  readonly code = 'search';
}

const measures = ['flops', 'params', 'activations'] as const;

/** What candidates come near the top of; of the others they only stay below. */
export function mainMeasure(budget: Budget): { readonly measure: keyof Complexity; readonly most: number } {
  for (const measure of measures) {
    const most = budget[measure];
    if (most !== undefined) return { measure, most };
  }
  throw new SearchError('a budget is needed: give --flops, --params or --activations, such as --flops 400M');
}

/** "at most 400M flops and 5 ms a picture". */
export function describeBudget(budget: Budget): string {
  const parts = measures.flatMap((measure) => {
    const most = budget[measure];
    return most === undefined ? [] : [`${formatQuantity(most)} ${measure}`];
  });
  const { latency } = budget;
  return `at most ${[...parts, ...(latency === undefined ? [] : [`${formatLatency(latency)} an image`])].join(' and ')}`;
}

/** Seconds as milliseconds: "1.24 ms". */
export function formatLatency(seconds: number): string {
  return `${(1000 * seconds).toPrecision(3)} ms`;
}
