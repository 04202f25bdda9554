/** What the page asks of the thread that samples and counts, and what it answers, piece by piece. */

export interface SpaceQuestion {
  readonly id: number;
  /** The name of a built-in space, or a declaration in YAML. */
  readonly space: { readonly name: string } | { readonly yaml: string };
  readonly seed: number;
  readonly samples: number;
}

/** Sizes are text: they do not fit a double. */
export interface RuleEffect {
  readonly rule: string;
  readonly sentence: string;
  readonly before: string;
  readonly after: string;
}

/** An estimate has an interval, in words. */
export type SpacePiece =
  | {
      readonly kind: 'facts';
      readonly declaration: string;
      readonly name: string;
      readonly sentence: string;
      readonly dimensions: readonly DimensionLine[];
    }
  | { readonly kind: 'size'; readonly text: string; readonly free: number }
  | { readonly kind: 'rules'; readonly effects: readonly RuleEffect[] }
  | { readonly kind: 'networks'; readonly networks: readonly SampledRow[]; readonly drawn: number }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'done' };

export interface DimensionLine {
  readonly name: string;
  readonly text: string;
}

export interface SampledRow {
  readonly flops: number;
  readonly params: number;
  readonly activations: number;
  readonly depths: readonly number[];
  readonly widths: readonly number[];
}

export interface SpaceAnswer {
  readonly id: number;
  readonly piece: SpacePiece;
}
