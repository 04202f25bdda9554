/** A 3x3 convolution, of groups or dense, and the moments of what it makes: one operation of our own, and one for both gradients. */
import type { Statistics } from './fused-batch-norm.ts';
import { kernelKind } from './kernels.ts';
import { addNode, record, type NodeRequest, type Tensor } from './graph.ts';
import { endingOf, floats } from './rectified.ts';

export interface Grouped {
  readonly y: Tensor;
  /** Of no channel where nobody wants them. */
  readonly moments: Statistics;
}

/** Of more channels, oneDNN is as fast: the sums of the weights' gradients no longer lie in the cache. */
const WIDEST_GROUP = 256;

/**
 * Whether the operation takes a convolution of as many channels as its input has, and is faster than TensorFlow's: all but the widest groups and,
 * with AVX2, those of eight channels, which fill one of oneDNN's vectors.
 *
 * Milliseconds on one core of an AMD EPYC, forward and backward, TensorFlow's and ours. Narrow groups, 64 images, ours by a program that calls
 * the kernels alone, on a machine that had other work beside, so good to a third:
 *
 *   group  channels  side  stride   AVX-512: TensorFlow    ours       AVX2: TensorFlow    ours
 *     1       44      14      1          0.4 + 0.9      0.4 + 0.9         0.6 + 1.0     0.5 + 0.9
 *     1      132       7      1          0.6 + 0.6      0.3 + 0.6         0.8 + 0.6     0.4 + 0.7
 *     2       24      14      1          2.4 + 2.0      0.2 + 0.4         4.6 + 3.7     0.3 + 0.5
 *     3       24      14      1          1.9 + 2.0      0.4 + 0.9         6.4 + 4.1     0.6 + 1.1
 *     4        4      28      1          0.7 + 0.8      0.2 + 0.4         0.7 + 1.5     0.3 + 0.4
 *     4      136       4      1          0.5 + 0.7      0.1 + 0.3         1.9 + 1.3     0.2 + 0.4
 *     6       48       7      1          0.5 + 1.0      0.3 + 0.5         1.7 + 1.7     0.5 + 0.9
 *     8        8      28      1          1.3 + 1.4      0.8 + 1.7         1.0 + 1.0     0.8 + 1.7
 *
 * Wider ones, 128 images, both in graphs, nothing beside:
 *
 *     8       40      14      1          2.6 + 6.0      1.6 + 3.5         3.5 + 6.7     2.1 + 4.2
 *     8       16      28      2          0.8 + 2.8      0.9 + 2.6         1.2 + 1.9     1.6 + 3.5
 *    10       10      14      1          0.8 + 1.6      0.5 + 1.2         1.5 + 2.8     0.7 + 1.6
 *    10       10      28      2          0.8 + 2.8      0.9 + 2.0         1.0 + 3.8     1.0 + 2.6
 *    16       16      14      1          1.1 + 2.2      0.7 + 1.7         1.2 + 2.7     0.9 + 2.0
 *    16       64       4      1          0.3 + 0.8      0.3 + 0.7         0.5 + 1.1     0.3 + 0.7
 *    24       96       7      1          3.6 + 8.3      2.4 + 5.6         5.0 + 6.4     2.7 + 5.6
 *    24       48      28      2          8.5 + 24       6.9 + 13          9.1 + 23      8.0 + 18
 *    28       28      28      1           16 + 30        10 + 19           23 + 31       12 + 23
 *    48       96      28      2           22 + 58        23 + 46           26 + 70       24 + 46
 *    64      128      14      1           31 + 67        20 + 41           34 + 76       20 + 42
 *   128      128      14      1           61 + 127       35 + 73           64 + 145      36 + 77
 *   128      128      14      2           16 + 39        17 + 36           19 + 45       21 + 41
 *   256      256       7      1           55 + 115       46 + 101          60 + 143      48 + 113
 *   256      256      14      2           62 + 151       66 + 139          67 + 174      79 + 174
 */
export function isGroupedFaster(channels: number, group: number, stride: number): boolean {
  if (stride > 2 || channels % group !== 0 || group > WIDEST_GROUP) return false;
  return group !== 8 || kernelKind() === 'avx512';
}

/**
 * Maps [batch, height, width, channel] to [batch, ceil(height / stride), ceil(width / stride), channel], padded as convolution.ts says.
 * The filter is [3, 3, group, channel].
 */
export function grouped(x: Tensor, filter: Tensor, stride: number, areMomentsWanted = true): Grouped {
  const [batch = -1, height = 1, width = 1, count = 1] = x.shape;
  const strided: NodeRequest['attributes'] = { stride: { int: stride } };
  const [y, mean, variance] = addNode(x.graph, {
    op: 'NetspaceGrouped',
    inputs: [x, filter],
    attributes: { ...strided, moments: { bool: areMomentsWanted } },
    outputs: [
      floats([batch, Math.ceil(height / stride), Math.ceil(width / stride), count]),
      floats([count]),
      floats([count]),
    ],
  });
  if (!y || !mean || !variance) throw new Error('NetspaceGrouped has three outputs');
  const backward = (dy?: Tensor): (Tensor | undefined)[] => {
    if (dy === undefined) return [];
    const ending = endingOf(x);
    const [toX, toFilter, sums] = addNode(x.graph, {
      op: 'NetspaceGroupedGradient',
      inputs: [dy, x, filter],
      attributes: { ...strided, ...ending.attributes },
      outputs: [floats(x.shape), floats(filter.shape), ending.sums],
    });
    return [ending.finish(toX, sums), toFilter];
  };
  record({ inputs: [x, filter], outputs: [y], backward });
  return { y, moments: { mean, variance } };
}
