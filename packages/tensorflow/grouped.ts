/** A 3x3 convolution of small groups and the moments of what it makes: one operation of our own, and one for both gradients. */
import type { Statistics } from './fused-batch-norm.ts';
import { addNode, record, type NodeRequest, type Tensor } from './graph.ts';

export interface Grouped {
  readonly y: Tensor;
  /** There when a batch norm behind it asks for them. */
  readonly moments: Statistics;
}

/** The widest group there are kernels for. */
const WIDEST_GROUP = 8;

/** Whether the operation takes a convolution, and is faster than TensorFlow's. */
export function isGroupedFaster(channels: number, group: number, stride: number): boolean {
  return stride <= 2 && group <= WIDEST_GROUP && channels % group === 0;
}

/**
 * Maps [batch, height, width, channel] to [batch, ceil(height / stride), ceil(width / stride), channel], padded as convolution.ts says.
 * The filter is [3, 3, group, channel].
 */
export function grouped(x: Tensor, filter: Tensor, stride: number): Grouped {
  const [batch = -1, height = 1, width = 1, count = 1] = x.shape;
  const channels = { shape: [count], type: 'float32' } as const;
  const strided: NodeRequest['attributes'] = { stride: { int: stride } };
  const [y, mean, variance] = addNode(x.graph, {
    op: 'NetspaceGrouped',
    inputs: [x, filter],
    attributes: { ...strided, moments: { bool: true } },
    outputs: [
      { shape: [batch, Math.ceil(height / stride), Math.ceil(width / stride), count], type: 'float32' },
      channels,
      channels,
    ],
  });
  if (!y || !mean || !variance) throw new Error('NetspaceGrouped has three outputs');
  const backward = (dy?: Tensor): (Tensor | undefined)[] =>
    dy === undefined
      ? []
      : addNode(x.graph, {
          op: 'NetspaceGroupedGradient',
          inputs: [dy, x, filter],
          attributes: strided,
          outputs: [
            { shape: x.shape, type: 'float32' },
            { shape: filter.shape, type: 'float32' },
          ],
        });
  record({ inputs: [x, filter], outputs: [y], backward });
  return { y, moments: { mean, variance } };
}
