/** Batch normalisation with the activation behind it and the shortcut that is added before it: one operation of our own, and one for its gradient. */
import type { BatchNormParameters, TrainingBatchNorm } from './batch-norm.ts';
import { BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, type Statistics } from './fused-batch-norm.ts';
import { addNode, record, type Attribute, type Tensor } from './graph.ts';
import { gateOf, knownSums, rectifiedBy, ungated } from './rectified.ts';

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
  const { gamma, beta } = parameters;
  const added = shortcut ? [shortcut] : [];
  const made = normalised(x, parameters, moments, { relu, ...(shortcut && { shortcut }) });
  const backward = (dy?: Tensor): (Tensor | undefined)[] => {
    if (dy === undefined) return [];
    const form = gradientForm(made.output, dy, { relu, ...(shortcut && { shortcut }) });
    const [toX, toGamma, toBeta, through = ungated(dy)] = addNode(x.graph, {
      op: 'NetspaceNormaliseGradient',
      inputs: [dy, x, moments.mean, moments.variance, gamma, beta, ...form.gate, ...form.sums],
      attributes: form.attributes,
      outputs: [x, gamma, beta, ...form.gate].map(({ shape }) => ({ shape, type: 'float32' as const })),
    });
    return [toX, toGamma, toBeta, ...added.map(() => through)];
  };
  record({ inputs: [x, gamma, beta, ...added], outputs: [made.output], backward });
  return made;
}

/**
 * How a gradient learns what the activation let through: without a shortcut it finds it from the map before; with one it takes the output,
 * and gives what flows there. Where the gate has been closed, there is nothing to learn, and often nothing to sum.
 */
export function gradientForm(
  output: Tensor,
  dy: Tensor,
  { relu, shortcut }: Omit<Normalisation, 'moments'>,
): {
  readonly gate: readonly Tensor[];
  readonly sums: readonly Tensor[];
  readonly attributes: Readonly<Record<string, Attribute>>;
} {
  const isOpen = gateOf(output, dy, relu).length === 0;
  const gate = shortcut && !isOpen ? [output] : [];
  const known = knownSums(dy, relu && isOpen && !shortcut);
  const attributes = {
    ...known.attributes,
    relu: { bool: !isOpen },
    shortcuts: { int: gate.length },
    epsilon: { float: BATCH_NORM_EPSILON },
  };
  return { gate, sums: known.inputs, attributes };
}

/** The same by the running statistics, for evaluation. No gradient. */
export function normalisedByRunning(
  x: Tensor,
  parameters: BatchNormParameters,
  how: Omit<Normalisation, 'moments'>,
): Tensor {
  return normalised(x, parameters, parameters, how).output;
}

/** The forward pass alone, without a place on the tape. */
export function normalised(
  x: Tensor,
  { gamma, beta, mean, variance }: BatchNormParameters,
  moments: Statistics,
  { relu, shortcut }: Omit<Normalisation, 'moments'>,
): TrainingBatchNorm {
  const added = shortcut ? [shortcut] : [];
  const [output, newMean, newVariance] = addNode(x.graph, {
    op: 'NetspaceNormalise',
    inputs: [x, moments.mean, moments.variance, gamma, beta, mean, variance, ...added],
    attributes: {
      relu: { bool: relu },
      shortcuts: { int: added.length },
      epsilon: { float: BATCH_NORM_EPSILON },
      momentum: { float: BATCH_NORM_MOMENTUM },
    },
    outputs: [x, gamma, gamma].map(({ shape }) => ({ shape, type: 'float32' as const })),
  });
  if (!output || !newMean || !newVariance) throw new Error('NetspaceNormalise has three outputs');
  return { output: rectifiedBy(relu, output), mean: newMean, variance: newVariance };
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
