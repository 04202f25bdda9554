/**
 * A 1x1 convolution that widens its map, with the batch norm behind it, where the map between the two is never made: its statistics, and the
 * sums that its gradient needs, follow from those of the narrow map (kernels/implied-operations.h has the equations).
 */
import type { BatchNormParameters, TrainingBatchNorm } from './batch-norm.ts';
import { BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, type Statistics } from './fused-batch-norm.ts';
import { addNode, record, type Tensor } from './graph.ts';
import { type Normalisation } from './normalisation.ts';
import { arrivals, floats, gateOf, knownSums, rectifiedBy, ungated } from './rectified.ts';

/** Products of a pixel that the covariance of x costs for each channel that need not be written and read, at most: by measurement of whole steps. */
const PRODUCTS_WORTH_A_CHANNEL = 15;

/** Whether it is faster than making the map between. */
export function isImpliedFaster(inner: number, outer: number): boolean {
  return 3 * inner <= 2 * outer && inner ** 2 <= PRODUCTS_WORTH_A_CHANNEL * outer;
}

/** Maps [batch, height, width, input] to [batch, height, width, output]; the filter is [1, 1, input, output]. */
export function impliedPointwise(
  x: Tensor,
  filter: Tensor,
  parameters: BatchNormParameters,
  ending: Omit<Normalisation, 'moments'>,
): TrainingBatchNorm {
  const { gamma, beta } = parameters;
  const [inner = -1, outer = -1] = filter.shape.slice(2);
  const [mean, variance, centre, spread] = addNode(x.graph, {
    op: 'NetspaceImpliedMoments',
    inputs: [x, filter],
    outputs: [[outer], [outer], [inner], [inner, outer]].map(floats),
  });
  if (!mean || !variance || !centre || !spread) throw new Error('NetspaceImpliedMoments has four outputs');
  const made = normalise(x, filter, parameters, { mean, variance }, ending);
  const { shortcut, relu } = ending;
  const added = shortcut ? [shortcut] : [];
  const backwardOnto = (before: Tensor | undefined, dy?: Tensor): (Tensor | undefined)[] => {
    if (dy === undefined) return [];
    const gate = gateOf(made.output, dy, relu);
    const arrived = arrivals(x, before);
    const known = knownSums(dy, gate.length === 0);
    const [toX, toFilter, toGamma, toBeta, sums, through = ungated(dy)] = addNode(x.graph, {
      op: 'NetspaceImpliedGradient',
      inputs: [
        dy,
        x,
        filter,
        mean,
        variance,
        gamma,
        beta,
        centre,
        spread,
        ...gate,
        ...arrived.inputs,
        ...known.inputs,
      ],
      attributes: {
        ...arrived.attributes,
        ...known.attributes,
        shortcuts: { int: gate.length },
        epsilon: { float: BATCH_NORM_EPSILON },
      },
      outputs: [x, filter, gamma, beta, arrived.sums, ...gate].map(({ shape }) => floats(shape)),
    });
    return [arrived.finish(toX, sums), toFilter, toGamma, toBeta, ...added.map(() => through)];
  };
  record({
    inputs: [x, filter, gamma, beta, ...added],
    outputs: [made.output],
    backwardOnto,
  });
  return made;
}

/** Any 1x1 convolution with the batch norm behind it, by the running statistics, for evaluation. No gradient. */
export function impliedByRunning(
  x: Tensor,
  filter: Tensor,
  parameters: BatchNormParameters,
  ending: Omit<Normalisation, 'moments'>,
): Tensor {
  return normalise(x, filter, parameters, parameters, ending).output;
}

function normalise(
  x: Tensor,
  filter: Tensor,
  { gamma, beta, mean, variance }: BatchNormParameters,
  moments: Statistics,
  { relu, shortcut }: Omit<Normalisation, 'moments'>,
): TrainingBatchNorm {
  const added = shortcut ? [shortcut] : [];
  const [output, newMean, newVariance] = addNode(x.graph, {
    op: 'NetspaceImpliedNormalise',
    inputs: [x, moments.mean, moments.variance, gamma, beta, mean, variance, filter, ...added],
    attributes: {
      relu: { bool: relu },
      shortcuts: { int: added.length },
      epsilon: { float: BATCH_NORM_EPSILON },
      momentum: { float: BATCH_NORM_MOMENTUM },
    },
    outputs: [[...x.shape.slice(0, 3), filter.shape[3] ?? -1], gamma.shape, gamma.shape].map(floats),
  });
  if (!output || !newMean || !newVariance) throw new Error('NetspaceImpliedNormalise has three outputs');
  return { output: rectifiedBy(relu, output), mean: newMean, variance: newVariance };
}
