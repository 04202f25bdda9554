/** The loss of a classifier. */
import { addNode, addOne, constant, record, type Tensor } from './graph.ts';
import { times } from './elementwise.ts';

/**
 * Mean cross-entropy in nats of logits [batch, class] against labels [batch] (int32), with labels smoothed by `smoothing`:
 * off smoothing / classes, on 1 - smoothing + smoothing / classes. The batch must be known.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, smoothing = 0): Tensor {
  const { graph } = logits;
  const [batch = -1, classes = 1] = logits.shape;
  if (batch < 1) throw new Error('the mean cross-entropy needs a batch of known size');
  const targets = addOne(graph, {
    op: 'OneHot',
    inputs: [
      labels,
      constant(graph, classes, 'int32'),
      constant(graph, 1 - smoothing + smoothing / classes),
      constant(graph, smoothing / classes),
    ],
    attributes: { T: { type: 'float32' }, TI: { type: 'int32' } },
    shape: logits.shape,
  });
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
