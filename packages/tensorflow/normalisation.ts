/** Batch normalisation with the activation behind it and the shortcut that is added before it: one operation of our own, and one for its gradient. */
import { BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, type Statistics } from './fused-batch-norm.ts';
import { addNode, record, type NodeRequest, type Tensor } from './graph.ts';
import type { BatchNormParameters, TrainingBatchNorm } from './batch-norm.ts';

export interface Normalisation {
  /** y = max(0, …). */
  readonly relu: boolean;
  /** Added to the normalised map, before the activation. */
  readonly shortcut?: Tensor;
  /** Of x, each of [channel], the variance biased; where the operation before has not found them already. */
  readonly moments?: Statistics;
}

/** Normalises by the batch's own statistics, activates; a gradient flows to x, gamma, beta and the shortcut. */
export function normalisation(
  x: Tensor,
  parameters: BatchNormParameters,
  { relu, shortcut, moments = momentsOf(x) }: Normalisation,
): TrainingBatchNorm {
  const { gamma, beta, mean, variance } = parameters;
  const attributes: NodeRequest['attributes'] = {
    relu: { bool: relu },
    shortcuts: { int: shortcut ? 1 : 0 },
    epsilon: { float: BATCH_NORM_EPSILON },
  };
  const map = { shape: x.shape, type: 'float32' } as const;
  const channels = { shape: gamma.shape, type: 'float32' } as const;
  const own = [moments.mean, moments.variance, gamma, beta];
  const added = shortcut ? [shortcut] : [];
  const [output, newMean, newVariance] = addNode(x.graph, {
    op: 'NetspaceNormalise',
    inputs: [x, ...own, mean, variance, ...added],
    attributes: { ...attributes, momentum: { float: BATCH_NORM_MOMENTUM } },
    outputs: [map, channels, channels],
  });
  if (!output || !newMean || !newVariance) throw new Error('NetspaceNormalise has three outputs');
  // Without a shortcut the gradient finds from x what the activation let through; with one it takes the output, and gives what flows there.
  const gate = shortcut && relu;
  const backward = (dy?: Tensor): (Tensor | undefined)[] => {
    if (dy === undefined) return [];
    const [toX, toGamma, toBeta, through = dy] = addNode(x.graph, {
      op: 'NetspaceNormaliseGradient',
      inputs: [dy, x, ...own, ...(gate ? [output] : [])],
      attributes: { ...attributes, shortcuts: { int: gate ? 1 : 0 } },
      outputs: [map, channels, channels, ...(gate ? [map] : [])],
    });
    return [toX, toGamma, toBeta, ...(shortcut ? [through] : [])];
  };
  record({ inputs: [x, gamma, beta, ...added], outputs: [output], backward });
  return { output, mean: newMean, variance: newVariance };
}

function momentsOf(x: Tensor): Statistics {
  const channels = { shape: [x.shape.at(-1) ?? 1], type: 'float32' } as const;
  const [mean, variance] = addNode(x.graph, {
    op: 'NetspaceMoments',
    inputs: [x],
    outputs: [channels, channels],
  });
  if (!mean || !variance) throw new Error('NetspaceMoments has two outputs');
  return { mean, variance };
}
