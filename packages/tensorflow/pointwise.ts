/** A 1x1 convolution and the moments of what it makes, which a batch norm behind it asks for: one operation of our own, and one for both gradients. */
import type { Statistics } from './fused-batch-norm.ts';
import { addNode, record, type Tensor } from './graph.ts';

export interface Pointwise {
  readonly y: Tensor;
  readonly moments: Statistics;
}

/** Maps [batch, height, width, input] to [batch, height, width, output]; the filter is [1, 1, input, output]. */
export function pointwise(x: Tensor, filter: Tensor): Pointwise {
  const width = filter.shape[3] ?? -1;
  const channels = { shape: [width], type: 'float32' } as const;
  const [y, mean, variance] = addNode(x.graph, {
    op: 'NetspacePointwise',
    inputs: [x, filter],
    attributes: { moments: { bool: true } },
    outputs: [{ shape: [...x.shape.slice(0, 3), width], type: 'float32' }, channels, channels],
  });
  if (!y || !mean || !variance) throw new Error('NetspacePointwise has three outputs');
  const backward = (dy?: Tensor): (Tensor | undefined)[] =>
    dy === undefined
      ? []
      : addNode(x.graph, {
          op: 'NetspacePointwiseGradient',
          inputs: [dy, x, filter],
          outputs: [
            { shape: x.shape, type: 'float32' },
            { shape: filter.shape, type: 'float32' },
          ],
        });
  record({ inputs: [x, filter], outputs: [y], backward });
  return { y, moments: { mean, variance } };
}
