import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { convolution } from '../convolution.ts';
import { mask, sum } from '../elementwise.ts';
import { gradients } from '../gradient.ts';
import { constant, newGraph, placeholder, sizeOf, type Shape, type Tensor } from '../graph.ts';
import { grouped, isGroupedFaster } from '../grouped.ts';
import { hasKernels, kernelKind } from '../kernels.ts';
import { openSession } from '../session.ts';

const stream = random('grouped convolutions');
const draw = (shape: Shape, mean = 0): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, () => mean + stream.normal());

interface Case {
  readonly group: number;
  readonly groups: number;
  readonly stride: number;
  readonly shape: Shape;
}

/** Narrow ones, that share vectors, and wide ones: that fill none, one, more than one, two, and more than a panel. */
const groupWidths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 24, 32, 40];

const cases: readonly Case[] = groupWidths.flatMap((group) =>
  // One group, groups that do and that do not fill vectors, more floats a pixel than a vector has.
  (group > 8 ? [1, 2] : [1, 2, 3, 17]).flatMap((groups) =>
    [1, 2].flatMap((stride) =>
      [...[1, 2, 3, 4, 7, 8, 14, 28].map((side) => [side, side]), [5, 12], [10, 7]].map(
        ([height = 1, width = 1]) => ({
          group,
          groups,
          stride,
          shape: [height < 8 ? 5 : 2, height, width, group * groups],
        }),
      ),
    ),
  ),
);

/** y, dx and dweight for a loss whose gradient to y is given, and what else is to be fetched. */
function run(
  test: Case,
  values: Readonly<Record<'x' | 'filter' | 'dy', Float32Array>>,
  build: (x: Tensor, filter: Tensor) => { y: Tensor; others?: readonly Tensor[] },
): Float32Array[] {
  const graph = newGraph();
  const filterShape = [3, 3, test.group, test.group * test.groups];
  const x = placeholder(graph, 'x', test.shape);
  const filter = placeholder(graph, 'filter', filterShape);
  const { y, others = [] } = build(x, filter);
  const dy = placeholder(graph, 'dy', y.shape);
  const fetches = [y, ...gradients(sum(mask(y, dy)), constant(graph, 1), [x, filter]), ...others];
  const session = openSession(graph);
  try {
    const feeds = [
      { tensor: x, shape: test.shape, values: values.x },
      { tensor: filter, shape: filterShape, values: values.filter },
      { tensor: dy, shape: y.shape, values: values.dy },
    ];
    return session.run(feeds, fetches).map((fetched) => Float32Array.from(fetched));
  } finally {
    session.close();
  }
}

/** The largest difference, in units of the largest value. */
function difference(
  found: Float32Array = new Float32Array(),
  wanted: Float32Array = new Float32Array(),
): number {
  if (found.length !== wanted.length) return Infinity;
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  // NaN must not be lost in a maximum.
  return found.reduce((most, value, i) => {
    const distance = Math.abs(value - (wanted[i] ?? NaN)) / largest;
    return distance <= most ? most : distance;
  }, 0);
}

function momentsOf(y: Float32Array, channels: number): { mean: Float32Array; variance: Float32Array } {
  const pixels = y.length / channels;
  const mean = new Float64Array(channels);
  y.forEach((value, i) => (mean[i % channels] = (mean[i % channels] ?? NaN) + value / pixels));
  const variance = new Float64Array(channels);
  y.forEach((value, i) => {
    const distance = value - (mean[i % channels] ?? NaN);
    variance[i % channels] = (variance[i % channels] ?? NaN) + distance ** 2 / pixels;
  });
  return { mean: Float32Array.from(mean), variance: Float32Array.from(variance) };
}

const outSize = ({ shape: [batch = 1, height = 1, width = 1, channels = 1], stride }: Case): Shape => [
  batch,
  Math.ceil(height / stride),
  Math.ceil(width / stride),
  channels,
];

/** Between ours and TensorFlow's y, dx and dweight, and of the moments. */
function differencesOf(test: Case): number[] {
  const { group, groups, stride } = test;
  const values = {
    // Off zero, where a variance as the difference of large sums would show.
    x: draw(test.shape, 2),
    filter: draw([3, 3, group, group * groups]),
    dy: draw(outSize(test)),
  };
  const [y, dx, toFilter, mean, variance] = run(test, values, (x, filter) => {
    const made = grouped(x, filter, stride);
    return { y: made.y, others: [made.moments.mean, made.moments.variance] };
  });
  const wanted = run(test, values, (x, filter) => ({ y: convolution(x, filter, stride) }));
  const moments = momentsOf(y ?? new Float32Array(), group * groups);
  return [
    ...[y, dx, toFilter].map((each, i) => difference(each, wanted[i])),
    difference(mean, moments.mean),
    difference(variance, moments.variance),
  ];
}

describe.skipIf(!hasKernels())(
  'a 3x3 convolution of groups (skipped where the kernels are not compiled)',
  () => {
    it.each(groupWidths.flatMap((group) => [1, 2].map((stride) => ({ group, stride }))))(
      'of $group channels at stride $stride is that of TensorFlow, and so are its gradients',
      ({ group, stride }) => {
        for (const test of cases.filter((each) => each.group === group && each.stride === stride)) {
          const differences = differencesOf(test);
          // Sums in another order: of 9 · group products for a pixel, of all pixels' for a weight.
          for (const each of differences)
            expect(each, JSON.stringify({ test, differences })).toBeLessThan(1e-5);
        }
      },
    );

    // Large enough for two threads, whose images are not as many.
    it.each([4, 16].flatMap((group) => [1, 2].map((stride) => ({ group, stride }))))(
      'of $group channels at stride $stride is the same in parts',
      ({ group, stride }) => {
        const differences = differencesOf({ group, groups: 48 / group, stride, shape: [9, 20, 20, 48] });
        for (const each of differences) expect(each, JSON.stringify(differences)).toBeLessThan(1e-5);
      },
    );

    it.each([4, 16])('of %i channels gives the same bits each time', (group) => {
      const test = { group, groups: 3, stride: 1, shape: [7, 9, 9, 3 * group] };
      const values = {
        x: draw(test.shape),
        filter: draw([3, 3, group, 3 * group]),
        dy: draw(test.shape),
      };
      const once = () => run(test, values, (x, filter) => ({ y: grouped(x, filter, 1).y }));
      expect(once()).toEqual(once());
    });
  },
);

describe('the choice of an operation for a 3x3 convolution', () => {
  it('takes groups of eight channels with AVX-512 alone', () => {
    const isAvx512 = kernelKind() === 'avx512';
    expect([1, 2].map((stride) => isGroupedFaster(32, 8, stride))).toEqual([isAvx512, isAvx512]);
  });
  it.each([1, 2])('takes narrower and wider ones at stride %i, but not the widest', (stride) => {
    const groups = [1, 7, 9, 16, 64, 256, 512];
    expect(groups.filter((group) => isGroupedFaster(2 * group, group, stride))).toEqual(groups.slice(0, -1));
  });
  it('takes no stride above two, and no groups of other widths', () => {
    expect(isGroupedFaster(44, 1, 3)).toBe(false);
    expect(isGroupedFaster(44, 8, 1)).toBe(false);
  });
});
