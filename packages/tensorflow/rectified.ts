/**
 * Maps behind a ReLU, whose gradient counts only where they are positive. Whoever makes that gradient last may close this gate while it is at
 * hand, add what has arrived from elsewhere, and say so: then nobody need read the map for it again.
 */
import type { Attribute, NodeRequest, Shape, Tensor } from './graph.ts';

/** Marks a map that an activation has made. */
export function rectifiedBy(relu: boolean, output: Tensor): Tensor {
  return relu ? { ...output, isRectified: true } : output;
}

/** The map that the gradient to it must still be gated by; none where it is not activated, or the gate has been closed. */
export function gateOf(output: Tensor, gradient: Tensor, relu: boolean): readonly Tensor[] {
  return relu && gradient.isGated !== true ? [output] : [];
}

/** What an operation that makes the gradient to x is told of what has arrived there before; it returns the sum of both. */
export function arrivals(
  x: Tensor,
  before: Tensor | undefined,
): {
  readonly inputs: readonly Tensor[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Marks the gradient. */
  readonly finish: (gradient: Tensor | undefined) => Tensor | undefined;
} {
  const isGated = x.isRectified === true;
  // The map full of zeros is then never made: TensorFlow runs no node that nobody reads.
  const { gradient: added = before, stride = 1 } = before?.scattered ?? {};
  return {
    inputs: added ? [added] : [],
    attributes: {
      added_count: { int: added ? 1 : 0 },
      added_stride: { int: stride },
      gated: { bool: isGated },
    },
    finish: (gradient) => gradient && { ...gradient, isGated },
  };
}

/** An output of a node. */
export function floats(shape: Shape): NodeRequest['outputs'][number] {
  return { shape, type: 'float32' };
}

/** The same gradient, as that of another map. */
export function ungated(gradient: Tensor): Tensor {
  return { ...gradient, isGated: false };
}
