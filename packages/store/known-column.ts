/** A column of trials: how a database reads it, and its values where they are known. */
import type { Expression } from 'kysely';

export type ValueKind = 'number' | 'text' | 'boolean';

export interface TrialColumn {
  /** What its values are; those of a recipe may be of any kind. */
  readonly values: Readonly<Partial<Record<ValueKind, Expression<unknown>>>>;
  /** All that a text can be, where that is known. */
  readonly allowed?: readonly string[];
  /** A JSON list of texts, each of which is compared. */
  readonly list?: Expression<unknown>;
  /** Of what takes long to read: how long a value is good. What a training leaves is good until the trial is leased again. */
  readonly kept?: 'for-ever' | 'until-leased';
  /** Read as quickly where it stands: it is used from memory once it is there, and not waited for. */
  readonly isPlain?: true;
  /** Its value of whatever kind, as JSON, where that is read more quickly than each kind by itself. */
  readonly json?: Expression<unknown>;
}

/** null: none. */
export type Value = number | string | boolean | null;

export interface KnownColumn {
  /** By place in the plan. */
  readonly values: readonly Value[];
  /** By place, numbers that sort as the values do: those without one last in both directions, and numbers before texts before true and false. */
  ranks(descending: boolean): Int32Array;
}

export interface ColumnMemory {
  column(sweepId: number, name: string, column: TrialColumn): Promise<KnownColumn>;
  /** Whether it was read before. */
  has(sweepId: number, name: string): boolean;
  /** The places that `find` yields, found anew when a column of theirs is another. */
  places(key: string, columns: readonly KnownColumn[], find: () => readonly number[]): readonly number[];
}
