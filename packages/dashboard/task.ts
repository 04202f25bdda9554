/** What a thread is asked to compute, and what it answers. */
import type { Window } from '@netspace/space/window';
import type { Selection } from './selection-schema.ts';

/** Of trials in the store, which may change. */
export interface StoreTask {
  readonly kind: 'edfs' | 'comparison' | 'report' | 'analysis' | 'selections';
  readonly selections: readonly Selection[];
}

/** Of a built-in space, which never changes. */
export type SpaceTask =
  | { readonly kind: 'count'; readonly space: string }
  | {
      readonly kind: 'sample';
      readonly space: string;
      readonly count: number;
      readonly seed: string;
      readonly resolution: number;
      readonly window: Window;
    };

export type Task = StoreTask | SpaceTask;

/** The sweeps that a result is made of. */
export function sweepsOf(task: Task): number[] {
  return 'selections' in task ? [...new Set(task.selections.map(({ sweep }) => sweep))] : [];
}

/** A result as JSON, or why there is none. */
export interface TaskAnswer {
  readonly json?: string;
  readonly milliseconds: number;
  readonly problem?: { readonly status: number; readonly code: string; readonly message: string };
}
