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

/**
 * Groups of up to eight channels share vectors. Of eight, oneDNN's vectors of eight are as fast as ours with AVX2, or faster, and with AVX-512
 * at stride 2 where there are several groups.
 */
const WIDEST_SHARED = 7;

/** Wider groups have vectors of their own. At stride 2, with fewer, no number that is read meets two vectors of weights; with more, oneDNN is as fast. */
const OWN_VECTORS = { least: 17, most: 48 };

/** At stride 1 they take fewer products than oneDNN; of more channels, the sums of the weights' gradients no longer lie in the cache. */
const MOST_BY_PATCHES = 256;

/**
 * Whether the operation takes a convolution of as many channels as its input has, and is faster than TensorFlow's.
 *
 * Milliseconds of 64 images on one core of an AMD EPYC that had other work beside, so good to a third: forward and backward, TensorFlow's
 * in graphs, ours (with the moments) by a program that calls the kernels alone, at 64 images or scaled to them.
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
 *     8       64      14      2          0.6 + 1.3      0.8 + 1.5         0.5 + 1.4     1.0 + 2.9
 *
@@TABLE@@ */
export function isGroupedFaster(channels: number, group: number, stride: number): boolean {
  if (stride > 2 || channels % group !== 0) return false;
  if (group <= WIDEST_SHARED) return true;
  if (stride === 1 && group > WIDEST_SHARED + 1) return group <= MOST_BY_PATCHES;
  if (kernelKind() !== 'avx512') return false;
  if (group === WIDEST_SHARED + 1) return stride === 1 || channels === group;
  return group >= OWN_VECTORS.least && group <= OWN_VECTORS.most;
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
