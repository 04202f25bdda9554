/** The loss of a classifier. */
import { addNode, addOne, constant, record, type Shape, type Tensor } from './graph.ts';
import { times } from './elementwise.ts';

/**
 * Mean cross-entropy in nats of logits [batch, class] against labels [batch] (int32), with labels smoothed by `smoothing`:
 * off smoothing / classes, on 1 - smoothing + smoothing / classes. The batch must be known.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, smoothing = 0): Tensor {
  checkBatch(logits);
  return meanCrossEntropy(logits, smoothedTargets(logits, labels, smoothing));
}

/** Labels of images that were mixed: `share` (a scalar from 0 to 1) of each is of `labels`, the rest of `others`. */
export interface MixedLabels {
  readonly labels: Tensor;
  readonly others: Tensor;
  readonly share: Tensor;
}

/** share · cross-entropy against `labels` + (1 - share) · cross-entropy against `others`, each smoothed. Zhang et al., 2017. */
export function mixedCrossEntropy(logits: Tensor, mixed: MixedLabels, smoothing = 0): Tensor {
  checkBatch(logits);
  const { graph, shape } = logits;
  const { labels, others, share } = mixed;
  const combine = (op: 'AddV2' | 'Sub', a: Tensor, b: Tensor, to: Shape) =>
    addOne(graph, { op, inputs: [a, b], attributes: { T: { type: 'float32' } }, shape: to });
  // Cross-entropy is linear in its targets, so that mixed targets give the mixed loss.
  const own = times(smoothedTargets(logits, labels, smoothing), share);
  const rest = combine('Sub', constant(graph, 1), share, []);
  const other = times(smoothedTargets(logits, others, smoothing), rest);
  return meanCrossEntropy(logits, combine('AddV2', own, other, shape));
}

function checkBatch({ shape: [batch = -1] }: Tensor): void {
  if (batch < 1) throw new Error('the mean cross-entropy needs a batch of known size');
}

/** [batch, class]. */
function smoothedTargets(logits: Tensor, labels: Tensor, smoothing: number): Tensor {
  const { graph, shape } = logits;
  const [, classes = 1] = shape;
  const on = 1 - smoothing + smoothing / classes;
  return addOne(graph, {
    op: 'OneHot',
    inputs: [
      labels,
      constant(graph, classes, 'int32'),
      constant(graph, on),
      constant(graph, smoothing / classes),
    ],
    attributes: { T: { type: 'float32' }, TI: { type: 'int32' } },
    shape,
  });
}

function meanCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const { graph } = logits;
  const [batch = 1] = logits.shape;
  const [losses, toLogits] = addNode(graph, {
    op: 'SoftmaxCrossEntropyWithLogits',
    inputs: [logits, targets],
    attributes: { T: { type: 'float32' } },
    outputs: [
      { shape: [batch], type: 'float32' },
      { shape: logits.shape, type: 'float32' },
    ],
  });
  if (losses === undefined || toLogits === undefined) throw new Error('cross-entropy has two outputs');
  const mean = addOne(graph, {
    op: 'Mean',
    inputs: [losses, constant(graph, [0], 'int32')],
    attributes: { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
    shape: [],
  });
  const share = constant(graph, 1 / batch);
  record({
    inputs: [logits],
    outputs: [mean],
    backward: (dy) => [dy && times(toLogits, times(dy, share))],
  });
  return mean;
}
