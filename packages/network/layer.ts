/**
 * The plain records that a network is made of. A block is described once, as a list of these:
 * complexity folds them, training builds a graph of them, charts draw them.
 */
import type { ActivationKind } from './network.ts';

/** k x k convolution with padding (k - 1) / 2. Maps [batch, height, width, inputWidth] to [batch, ceil(height / stride), ceil(width / stride), outputWidth]. */
export interface Convolution {
  readonly kind: 'convolution';
  readonly name: string;
  /** Side of the kernel, odd. */
  readonly kernel: number;
  readonly stride: number;
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** Divides inputWidth and outputWidth. */
  readonly groups: number;
  readonly bias: boolean;
}

export interface BatchNorm {
  readonly kind: 'batch-norm';
  readonly name: string;
  readonly width: number;
  /** The last batch norm of a residual branch, whose gamma a recipe may start at zero. */
  readonly last: boolean;
}

export interface Activation {
  readonly kind: 'activation';
  readonly activation: ActivationKind | 'sigmoid';
}

/** k x k max-pool with padding (k - 1) / 2. */
export interface MaxPool {
  readonly kind: 'max-pool';
  readonly kernel: number;
  readonly stride: number;
  readonly width: number;
}

/** Mean over height and width, which become 1. */
export interface GlobalPool {
  readonly kind: 'global-pool';
  readonly width: number;
}

/** Fully connected layer with bias, on a map of 1 x 1. */
export interface Linear {
  readonly kind: 'linear';
  readonly name: string;
  readonly inputWidth: number;
  readonly outputWidth: number;
}

/** Squeeze-and-excitation: the input times what `layers` make of it (a gate of 1 x 1 a channel). */
export interface Gate {
  readonly kind: 'gate';
  readonly layers: readonly Layer[];
}

/** The sum of what `layers` and `shortcut` make of the same input; an empty shortcut is the identity. */
export interface Residual {
  readonly kind: 'residual';
  readonly layers: readonly Layer[];
  readonly shortcut: readonly Layer[];
}

/**
 * One step of a network, applied to a map of [batch, height, width, channel].
 * `name` is unique in a network and stable: `stem`, `stage1.block2.b`, `stage1.block1.shortcut`, `head.linear`.
 */
export type Layer = Convolution | BatchNorm | Activation | MaxPool | GlobalPool | Linear | Gate | Residual;
