/**
 * Maps behind a ReLU, whose gradient counts only where they are positive. Whoever makes that gradient last may close this gate while it is at
 * hand, add what has arrived from elsewhere, and say so: then nobody need read the map for it again. He also sums what he makes, as the
 * batch norm before the ReLU would have to.
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

/** How an operation makes the gradient to a map. */
interface Ending {
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The output for sums: of no channel where nobody could use them. */
  readonly sums: NodeRequest['outputs'][number];
  /** Marks the gradient. */
  readonly finish: (gradient: Tensor | undefined, sums: Tensor | undefined) => Tensor | undefined;
}

/** One that closes the gate, if there is one, and sums. */
export function endingOf(x: Tensor): Ending {
  const isGated = x.isRectified === true;
  return {
    attributes: { gated: { bool: isGated } },
    sums: floats([2, isGated ? (x.shape.at(-1) ?? -1) : 0]),
    finish: (gradient, sums) => gradient && { ...gradient, isGated, ...(isGated && sums && { sums }) },
  };
}

/** One that adds what has arrived there before. */
export function arrivals(
  x: Tensor,
  before: Tensor | undefined,
): Ending & { readonly inputs: readonly Tensor[] } {
  // The map full of zeros is then never made: TensorFlow runs no node that nobody reads.
  const { gradient: added = before, stride = 1 } = before?.scattered ?? {};
  const ending = endingOf(x);
  return {
    ...ending,
    inputs: added ? [added] : [],
    attributes: {
      ...ending.attributes,
      added_count: { int: added ? 1 : 0 },
      added_stride: { int: stride },
    },
  };
}

/** Sums of a gradient that are known already, where they are of use: as inputs of an operation, and its attribute. */
export function knownSums(
  { sums }: Tensor,
  areUsed: boolean,
): { readonly inputs: readonly Tensor[]; readonly attributes: Readonly<Record<string, Attribute>> } {
  const inputs = areUsed && sums ? [sums] : [];
  return { inputs, attributes: { sums_count: { int: inputs.length } } };
}

/** An output of a node. */
export function floats(shape: Shape): NodeRequest['outputs'][number] {
  return { shape, type: 'float32' };
}

/** The same gradient, as that of another map. Its sums are right, but that of the product is none of this map's. */
export function ungated(gradient: Tensor): Tensor {
  return { ...gradient, isGated: false };
}
