/** What is told to those who watch a store: pages that show it while others train. */
import type { EpochRecord, RecipeRecord } from '@netspace/population/trial';

/** Where the sweeps of a store stand. */
export interface StoreState {
  /** The store's clock. */
  readonly now: number;
  /** By number of the sweep, a text that is another when trials ended, were leased, or came to a further epoch. */
  readonly sweeps: ReadonlyMap<number, string>;
}

export interface EndedTrial {
  readonly trialId: number;
  readonly sweepId: number;
  /** Place in the plan, from 0. */
  readonly index: number;
  readonly space: string;
  readonly attempt: number;
  readonly status: 'completed' | 'diverged' | 'failed' | 'cancelled';
  readonly error?: number;
  readonly cost: number;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface LeasedTrial {
  readonly trialId: number;
  readonly index: number;
  readonly space: string;
  readonly recipe: RecipeRecord | null;
  readonly cost: number;
  readonly attempt: number;
  readonly owner: string;
  readonly startedAt: number;
  /** Its lease has run out. */
  readonly overdue: boolean;
  readonly lastEpoch?: EpochRecord;
}

/** How a trial ended: with an error, or without one, since it diverged or failed. */
export interface TrialOutcome {
  readonly space: string;
  readonly error: number | null;
}

/** What people wrote about a sweep or a trial. */
export interface Annotation {
  readonly note: string;
  readonly tags: readonly string[];
}

/** A part of an annotation; the other part stays. */
export type AnnotationChange = { readonly note: string } | { readonly tags: readonly string[] };
