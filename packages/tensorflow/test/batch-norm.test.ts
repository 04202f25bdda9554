import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { trainingBatchNorm } from '../batch-norm.ts';
import { newGraph, placeholder, type Shape } from '../graph.ts';
import { chooseForm, type BatchNormForm } from '../merged-batch-norm.ts';
import { mergedShape } from '../merged-map.ts';
import { flagsHaveAvx512, isAvx512Allowed } from '../processor.mjs';
import { openSession } from '../session.ts';

const stream = random('batch norms');
const draw = (size: number, low: number, high: number): Float32Array =>
  Float32Array.from({ length: size }, () => low + (high - low) * stream.next());

/** In double precision, channel by channel: PyTorch's definition. */
function expected(
  x: Float32Array,
  channels: number,
  given: Readonly<Record<'gamma' | 'beta' | 'mean' | 'variance', Float32Array>>,
): { output: Float64Array; mean: number[]; variance: number[] } {
  const output = new Float64Array(x.length);
  const [mean, variance]: [number[], number[]] = [[], []];
  const pixels = x.length / channels;
  for (let c = 0; c < channels; c++) {
    const values = Array.from({ length: pixels }, (_, i) => x[i * channels + c] ?? NaN);
    const average = values.reduce((sum, value) => sum + value, 0) / pixels;
    const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
    const at = (name: keyof typeof given) => given[name][c] ?? NaN;
    values.forEach((value, i) => {
      output[i * channels + c] =
        (at('gamma') * (value - average)) / Math.sqrt(squares / pixels + 1e-5) + at('beta');
    });
    mean.push(0.9 * at('mean') + 0.1 * average);
    variance.push(0.9 * at('variance') + (0.1 * squares) / (pixels - 1));
  }
  return { output, mean, variance };
}

function largestDifference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  return Array.from(wanted).reduce(
    (most, value, i) => Math.max(most, Math.abs((found[i] ?? NaN) - value)),
    0,
  );
}

describe('a batch norm in training', () => {
  it.each<[BatchNormForm, Shape, string]>([
    ['plain', [4, 6, 6, 24], 'as one operation'],
    ['plain', [4, 6, 6, 32], 'of whole vectors'],
    ['merged', [4, 6, 6, 24], 'in pairs of pixels'],
    ['merged', [16, 3, 3, 2], 'in groups of eight pixels'],
    ['merged', [3, 4, 4, 3], 'in groups that cross images'],
    ['sums', [4, 6, 6, 24], 'in pairs of pixels'],
    ['sums', [3, 5, 5, 32], 'without groups'],
    ['sums', [16, 3, 3, 6], 'in groups of eight pixels'],
  ])('(%s, %j: %s) is that of PyTorch, and so are its running statistics', (form, shape) => {
    const channels = shape[3] ?? 1;
    const size = shape.reduce((product, length) => product * length, 1);
    const values = {
      // Far from 0, where a variance as the difference of two large sums would show.
      x: draw(size, 20, 24),
      gamma: draw(channels, -2, 2),
      beta: draw(channels, -1, 1),
      mean: draw(channels, -1, 1),
      variance: draw(channels, 0.5, 2),
    };
    const graph = newGraph();
    const x = placeholder(graph, 'x', shape);
    const vector = (name: string) => placeholder(graph, name, [channels]);
    const parameters = {
      gamma: vector('gamma'),
      beta: vector('beta'),
      mean: vector('mean'),
      variance: vector('variance'),
    };
    const made = trainingBatchNorm(x, parameters, form);
    const session = openSession(graph);
    try {
      const feeds = [
        { tensor: x, shape, values: values.x },
        ...Object.entries(parameters).map(([name, tensor]) => ({
          tensor,
          shape: [channels],
          values: values[name as keyof typeof parameters],
        })),
      ];
      const [output = [], mean = [], variance = []] = session.run(feeds, [
        made.output,
        made.mean,
        made.variance,
      ]);
      const wanted = expected(values.x, channels, values);
      expect(largestDifference(output, wanted.output)).toBeLessThan(1e-4);
      expect(largestDifference(mean, wanted.mean)).toBeLessThan(1e-5);
      expect(largestDifference(variance, wanted.variance)).toBeLessThan(1e-5);
    } finally {
      session.close();
    }
  });

  it.each<[Shape, boolean, boolean, BatchNormForm, string]>([
    [[128, 28, 28, 32], true, true, 'plain', 'whole vectors of AVX-512'],
    [[128, 28, 28, 24], true, true, 'merged', 'half a vector is left over'],
    [[128, 28, 28, 32], false, true, 'sums', 'a slow forward kernel'],
    [[128, 1, 1, 24], true, true, 'plain', 'a small map'],
    [[127, 5, 5, 24], true, true, 'plain', 'pixels that do not come in pairs'],
    [[-1, 28, 28, 24], true, true, 'plain', 'a batch that is not known'],
    [[128, 28, 28, 24], false, false, 'plain', 'another kind of processor'],
  ])('of %j (AVX-512 %s, x64 %s) is %s: %s', (shape, isAvx512, isX64, form) => {
    expect(chooseForm(shape, isAvx512, isX64)).toBe(form);
  });

  it('merges pixels until the channels are a multiple of 16, and keeps every element', () => {
    for (let channels = 1; channels <= 64; channels++) {
      const shape = mergedShape([32, 5, 5, channels]);
      expect((shape?.[3] ?? 0) % 16).toBe(0);
      expect(shape?.reduce((product, length) => product * length, 1)).toBe(32 * 25 * channels);
    }
  });
});

describe('the processor', () => {
  it('has AVX-512 when all its parts are there, and oneDNN may use it', () => {
    expect(flagsHaveAvx512('flags\t\t: fpu avx2 avx512f avx512dq avx512bw avx512vl\n')).toBe(true);
    expect(flagsHaveAvx512('flags\t\t: fpu avx2 avx512f\n')).toBe(false);
    expect(flagsHaveAvx512('')).toBe(false);
    expect(['AVX2', 'avx2_vnni', 'SSE41'].map(isAvx512Allowed)).toEqual([false, false, false]);
    expect([undefined, 'ALL', 'AVX512_CORE'].map(isAvx512Allowed)).toEqual([true, true, true]);
  });
});
