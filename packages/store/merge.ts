/** Uniting stores: what shards and machines trained apart becomes one sweep, as if one store had seen it all. */

/** `first`: of two different results the one that is there already stays; `last`: the one that comes replaces it. */
export type MergePreference = 'first' | 'last';

export interface MergeTerms {
  /** Where the trials come from, for people. */
  readonly from: string;
  /** Without it, different results for one trial are refused: `merge-conflict`. */
  readonly prefer?: MergePreference;
  /** Nothing is changed; what would be is told. */
  readonly dryRun?: boolean;
}

export interface MergeResult {
  /** The sweep was not there. */
  readonly added: boolean;
  /** Trials whose end was taken, with attempts and curves. */
  readonly taken: number;
  /** Trials that had ended here in the same way. */
  readonly same: number;
  /** Trials that have a different result there; `prefer` said which one stays. */
  readonly different: number;
}
