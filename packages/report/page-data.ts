/** What a page's scripts know of its trials: columns instead of records, since ten thousand records repeat each key ten thousand times. */
import type { FrameScale } from '@netspace/analysis/draw';

/** A value a trial in each column, in the order of the population. Lists over stages are texts: "1/1/4/7". */
export interface TrialColumns {
  readonly name: readonly string[];
  /** Index into `spaces`. */
  readonly space: readonly number[];
  readonly status: readonly string[];
  /** A fraction; 1 where the trial diverged or failed. */
  readonly error: readonly number[];
  readonly flops: readonly number[];
  readonly params: readonly number[];
  readonly activations: readonly number[];
  readonly depths: readonly string[];
  readonly widths: readonly string[];
  readonly bottleneckRatios: readonly string[];
  readonly groupWidths: readonly string[];
  readonly fitError: readonly number[];
  readonly seed: readonly (number | null)[];
  /** What stopped the trial early, and after which epoch: "halving, epoch 3"; empty for whole trainings. */
  readonly stopped: readonly string[];
  readonly reason: readonly string[];
}

export interface PageData {
  readonly title: string;
  readonly spaces: readonly string[];
  readonly trials: TrialColumns;
  /** By parameter; null for a network that has none. */
  readonly parameters: Readonly<Record<string, readonly (number | null)[]>>;
  /** Validation error after epoch 1, 2, …; null for an epoch without one. */
  readonly curves: readonly (readonly (number | null)[])[];
}

/** As a page carries it, with what `netspace analyze` says. */
export interface CarriedData extends PageData {
  readonly analysis: unknown;
}

/** An axis of a figure: the column that it shows, and where its values lie. */
export interface FigureAxis extends FrameScale {
  readonly column: string;
}

interface PlainFrame {
  readonly width: number;
  readonly height: number;
}

interface PlanarFrame<Kind> extends PlainFrame {
  readonly kind: Kind;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
}

/** Of a picture with a point a network. */
export type PointFrame = PlanarFrame<'edf' | 'scatter' | 'pair'>;

/** Of parallel coordinates: an axis a column, at x = `at`. */
export interface ParallelFrame extends PlainFrame {
  readonly kind: 'parallel';
  readonly axes: readonly (FigureAxis & { readonly at: number })[];
}

/** Of a picture with a line a network. */
export type LineFrame = PlanarFrame<'curves'> | ParallelFrame;

/** What lies along the axes of a picture, for scripts that draw into it. */
export type FigureFrame = PointFrame | LineFrame;

/** Where a value lies along an axis, in pixels of the picture. */
export function placeOf(
  { type, domain: [low, high], range: [start, end] }: FrameScale,
  value: number,
): number {
  const share =
    type === 'log'
      ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
      : (value - low) / (high - low);
  return start + share * (end - start);
}
