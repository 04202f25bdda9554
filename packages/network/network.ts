/** A network of a design space: stem, body of stages, head. Section 3.2 and Figure 3 of "Designing Network Design Spaces". */

/** `simple`: 3x3 stride 2; `cifar`: 3x3 stride 1; `imagenet`: 7x7 stride 2, then a 3x3 stride 2 max-pool. */
export type StemKind = 'simple' | 'cifar' | 'imagenet';

/**
 * `bottleneck`: the X block, with `seRatio > 0` the Y block; `linear-bottleneck`: the Z block;
 * `basic` and `vanilla`: two 3x3 convolutions with and without a shortcut;
 * `single` (V) and `single-residual` (VR): one 3x3 convolution (Appendix D).
 */
export type BlockKind =
  'bottleneck' | 'linear-bottleneck' | 'basic' | 'vanilla' | 'single' | 'single-residual';

export type ActivationKind = 'relu' | 'silu';

export interface Stem {
  readonly kind: StemKind;
  /** Channels, at least 1. */
  readonly width: number;
}

export interface Stage {
  /** Blocks, d_i, at least 1. */
  readonly depth: number;
  /** Channels, w_i. */
  readonly width: number;
  /** Stride of the stage's first block, 1 or 2. */
  readonly stride: number;
  /** b_i: the inner width of a block is width / bottleneckRatio; below 1 the bottleneck is inverted. */
  readonly bottleneckRatio: number;
  /** g_i: channels in each group of the 3x3 convolution. */
  readonly groupWidth: number;
}

export interface Head {
  /** Channels of the 1x1 convolution before the pooling; 0 for none. */
  readonly width: number;
}

export interface Network {
  readonly name?: string;
  readonly stem: Stem;
  /** One to eight stages, first to last. */
  readonly stages: readonly Stage[];
  readonly block: BlockKind;
  /** Squeeze-and-excitation width as a share of the block's input width; 0 for none. */
  readonly seRatio: number;
  readonly head: Head;
  readonly activation: ActivationKind;
}

/** What a network is applied to. */
export interface InputShape {
  /** Height and width of the square image, in pixels. */
  readonly resolution: number;
  /** Colour channels of the image. */
  readonly channels: number;
  /** Classes the head tells apart. */
  readonly classes: number;
}
