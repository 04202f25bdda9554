/**
 * Batch normalisation by a view that merges neighbouring pixels into channels, for widths that oneDNN's kernels are slow with.
 *
 * Its AVX-512 kernel takes multiples of 16 channels, its AVX2 kernel multiples of 8, and the forward pass of the latter takes five to
 * ten times as long as reading and writing the map; what is left over goes to plain loops. Each appearance r of a channel in the view
 * (see merged-map.ts) has statistics of its own, and
 *
 *   mean = (1/k) Σ_r mean_r,   variance = (1/k) Σ_r (variance_r + (mean_r - mean)²),
 *
 * which are small vectors. The map itself is read by kernels that are as fast as memory.
 */
import {
  channelSums,
  inverseDeviation,
  minus,
  plus,
  scaled,
  squaredDifference,
  viewed,
} from './arithmetic.ts';
import { times } from './elementwise.ts';
import { fusedBatchNorm, fusedGradient, type Statistics } from './fused-batch-norm.ts';
import type { Shape, Tensor } from './graph.ts';
import { everywhere, firstOf, mergedShape, overGroups, repeat, type MergedMap } from './merged-map.ts';

/**
 * `plain`: one operation of oneDNN. `merged`: statistics and normalisation by oneDNN on the view. `sums`: both by sums and products on
 * the view, for machines whose forward kernel is slow.
 */
export type BatchNormForm = 'plain' | 'merged' | 'sums';

/** The forms that need a view. */
export type ViewForm = Exclude<BatchNormForm, 'plain'>;

/** Elements of a map; the operations on vectors are not worth it below. */
const SMALLEST = 16_384;

/** The fastest form for a map of this shape, as measured on x64 with AVX-512 and with AVX2. */
export function chooseForm(shape: Shape, isAvx512: boolean, isX64 = process.arch === 'x64'): BatchNormForm {
  const size = shape.reduce((count, length) => count * length, 1);
  if (!isX64 || size < SMALLEST || !mergedShape(shape)) return 'plain';
  if (!isAvx512) return 'sums';
  return (shape.at(-1) ?? 1) % 16 === 0 ? 'plain' : 'merged';
}

/** Mean and variance (of these pixels, not of a sample of more) of each channel, written k times: [k · C]. */
export function mergedStatistics(map: MergedMap, form: ViewForm): Statistics {
  const { view, group, pixels } = map;
  if (form === 'sums') {
    const mean = scaled(overGroups(map, channelSums(view)), group / pixels);
    const squares = channelSums(squaredDifference(view, mean));
    return { mean, variance: scaled(overGroups(map, squares), group / pixels) };
  }
  const { saved } = fusedBatchNorm(view, { gamma: everywhere(map, 1), beta: everywhere(map, 0) });
  const mean = overGroups(map, saved.mean);
  return { mean, variance: overGroups(map, plus(saved.variance, squaredDifference(saved.mean, mean))) };
}

/** gamma · (x - mean) / deviation + beta, all of them [k · C]; a tensor of the view's shape. */
export function mergedAffine(
  { view }: MergedMap,
  statistics: Statistics,
  { gamma, beta }: { readonly gamma: Tensor; readonly beta: Tensor },
  form: ViewForm,
): Tensor {
  if (form === 'merged') return fusedBatchNorm(view, { gamma, beta, ...statistics }).output;
  const factor = times(gamma, inverseDeviation(statistics.variance));
  return plus(times(view, factor), minus(beta, times(statistics.mean, factor)));
}

/**
 * The gradient to x, gamma and beta. That of the view has sums over each appearance of a channel apart; what it gets wrong in the
 * gradient to x is affine in x: with S_r and T_r the sums of dy and of dy · x̂ over n_r pixels, and S, T over all n,
 *
 *   dx = dx_r + gamma / deviation · ((S_r / n_r - S / n) + x̂ · (T_r / n_r - T / n)).
 */
export function mergedGradient(
  map: MergedMap,
  dy: Tensor,
  gamma: Tensor,
  statistics: Statistics,
  form: ViewForm,
): readonly [toX: Tensor, toGamma: Tensor, toBeta: Tensor] {
  const { view, group, pixels } = map;
  const wide = repeat(map, gamma);
  const [dx, toGamma, toBeta] = fusedGradient(viewed(dy, view.shape), view, wide, statistics);
  const [meanGamma, meanBeta] = [overGroups(map, toGamma), overGroups(map, toBeta)];
  const factor = scaled(times(wide, inverseDeviation(statistics.variance)), group / pixels);
  const missing = {
    gamma: times(factor, minus(toGamma, meanGamma)),
    beta: times(factor, minus(toBeta, meanBeta)),
  };
  const whole = plus(dx, mergedAffine(map, statistics, missing, form));
  const sum = (means: Tensor) => scaled(firstOf(map, means), group);
  return [viewed(whole, map.x.shape), sum(meanGamma), sum(meanBeta)];
}
