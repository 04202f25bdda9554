/** 1x1 convolutions by operations of our own, alone or with the batch norm behind them. */
import type { Statistics } from './fused-batch-norm.ts';
import type { BatchNormParameters, TrainingBatchNorm } from './batch-norm.ts';
import { addNode, record, type Tensor } from './graph.ts';
import { gradientForm, normalised, type Normalisation } from './normalisation.ts';
import { arrivals, floats, ungated } from './rectified.ts';

/** Maps [batch, height, width, input] to [batch, height, width, output]; the filter is [1, 1, input, output]. */
export function pointwise(x: Tensor, filter: Tensor): Tensor {
  const { y } = product(x, filter, false);
  const backward = (dy?: Tensor): (Tensor | undefined)[] =>
    dy === undefined
      ? []
      : addNode(x.graph, {
          op: 'NetspacePointwiseGradient',
          inputs: [dy, x, filter],
          outputs: [floats(x.shape), floats(filter.shape)],
        });
  record({ inputs: [x, filter], outputs: [y], backward });
  return y;
}

/** The same, normalised by the batch's own statistics and activated. The gradient to what lies between the two is never written down. */
export function normalisedPointwise(
  x: Tensor,
  filter: Tensor,
  parameters: BatchNormParameters,
  { relu, shortcut }: Omit<Normalisation, 'moments'>,
): TrainingBatchNorm {
  const { gamma, beta } = parameters;
  const { y: between, moments } = product(x, filter, true);
  const added = shortcut ? [shortcut] : [];
  const made = normalised(between, parameters, moments, { relu, ...(shortcut && { shortcut }) });
  const backwardOnto = (before: Tensor | undefined, dy?: Tensor): (Tensor | undefined)[] => {
    if (dy === undefined) return [];
    const form = gradientForm(made.output, dy, { relu, ...(shortcut && { shortcut }) });
    const arrived = arrivals(x, before);
    const [toX, toFilter, toGamma, toBeta, sums, through = ungated(dy)] = addNode(x.graph, {
      op: 'NetspaceNormalisedPointwiseGradient',
      inputs: [
        dy,
        between,
        moments.mean,
        moments.variance,
        gamma,
        beta,
        x,
        filter,
        ...form.gate,
        ...arrived.inputs,
        ...form.sums,
      ],
      attributes: { ...form.attributes, ...arrived.attributes },
      outputs: [x, filter, gamma, beta, arrived.sums, ...form.gate].map(({ shape }) => floats(shape)),
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

function product(x: Tensor, filter: Tensor, areMomentsWanted: boolean): { y: Tensor; moments: Statistics } {
  const width = filter.shape[3] ?? -1;
  const [y, mean, variance] = addNode(x.graph, {
    op: 'NetspacePointwise',
    inputs: [x, filter],
    attributes: { moments: { bool: areMomentsWanted } },
    outputs: [floats([...x.shape.slice(0, 3), width]), floats([width]), floats([width])],
  });
  if (!y || !mean || !variance) throw new Error('NetspacePointwise has three outputs');
  return { y, moments: { mean, variance } };
}
