/**
 * Distributions on closed grids low, low + step, …, high, with exact probabilities: what design spaces are sampled from.
 *
 * They are those of pycls' samplers, whose draws are continuous values put on the grid; the probability of a grid point is the mass
 * of the interval that is put on it.
 */
import { normalShareBelow } from './normal.ts';
import type { Random } from './random.ts';

export interface Grid {
  readonly low: number;
  readonly high: number;
  /** Distance of two values, above 0. */
  readonly step: number;
}

export type Distribution =
  /** Equal mass on every grid point. */
  | ({ readonly kind: 'uniform' } & Grid)
  /** Log-uniform on (low - min(step, low / 2), high], rounded up to the grid. */
  | ({ readonly kind: 'log-uniform' } & Grid)
  /** Equal mass on each power of two from low to high. */
  | { readonly kind: 'power2'; readonly low: number; readonly high: number }
  /** A power of two; one that is at least the step is drawn again, log-uniform on the grid of that step. */
  | ({ readonly kind: 'power2-or-log-uniform' } & Grid)
  /** Mean in the middle, deviation a sixth of the range, drawn again when outside, rounded to the nearest grid point. */
  | ({ readonly kind: 'normal' } & Grid)
  /** The same for the logarithm. */
  | ({ readonly kind: 'log-normal' } & Grid)
  /** Equal mass on each value. */
  | { readonly kind: 'choice'; readonly values: readonly number[] };

/** Values in ascending order, each with a positive probability; the probabilities sum to 1. */
export interface Discrete {
  readonly values: readonly number[];
  readonly probabilities: readonly number[];
}

/** A distribution that has no value, or values out of reach. */
export class DistributionError extends Error {
  readonly code = 'DISTRIBUTION';
}

/** More grid points than this are refused. */
const MOST_VALUES = 100_000;

/** All values and their probabilities. */
export function discretize(distribution: Distribution): Discrete {
  switch (distribution.kind) {
    case 'choice':
      return weigh(distribution.values.map((value) => [value, 1]));
    case 'power2':
      return weigh(powersOfTwo(distribution).map((value) => [value, 1]));
    case 'uniform':
      return weigh(gridPoints(distribution).map((value) => [value, 1]));
    case 'log-uniform':
      return logUniform(distribution);
    case 'power2-or-log-uniform':
      return powerOrLogUniform(distribution);
    case 'normal':
      return rounded(distribution, (value) => value);
    case 'log-normal':
      return rounded(positive(distribution), Math.log);
  }
}

/** Draws one value by one number of the stream. */
export function drawer({ values, probabilities }: Discrete): (stream: Random) => number {
  const count = values.length;
  const cumulative = new Float64Array(count);
  let sum = 0;
  probabilities.forEach((probability, i) => (cumulative[i] = sum += probability));
  // Where to begin to look: a guide for each of as many equal parts of the mass as there are values.
  const guides = Uint32Array.from({ length: count }, (_, part) =>
    firstAbove(cumulative, (part / count) * sum),
  );
  return (stream) => {
    const share = stream.next();
    const value = share * sum;
    let index = guides[Math.floor(share * count)] ?? 0;
    while (index > 0 && (cumulative[index - 1] ?? 0) > value) index--;
    while (index < count - 1 && (cumulative[index] ?? Infinity) <= value) index++;
    return values[index] ?? NaN;
  };
}

/** Index of the first entry of an ascending list that is above the value; the last index where none is. */
export function firstAbove(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** low, low + step, … up to high; the last point is high only where the step leads there. */
export function gridPoints({ low, high, step }: Grid): number[] {
  if (![low, high, step].every(Number.isFinite) || !(step > 0) || low > high)
    throw new DistributionError(
      `the grid from ${low} to ${high} by ${step} is empty; low must be at most high, and the step above 0`,
    );
  // A step such as 0.1 is not exact: half a millionth of a step of slack keeps the last point.
  const count = Math.floor((high - low) / step + 5e-7) + 1;
  if (count > MOST_VALUES)
    throw new DistributionError(
      `the grid from ${low} to ${high} by ${step} has ${count} points; at most ${MOST_VALUES} are allowed`,
    );
  return Array.from({ length: count }, (_, i) => Number((low + i * step).toPrecision(12)));
}

function logUniform(grid: Grid): Discrete {
  const { low, step } = positive(grid);
  // P(v) is proportional to ln v - ln(v - step); the first interval starts at low - min(step, low / 2).
  let before = low - Math.min(step, low / 2);
  return weigh(
    gridPoints(grid).map((value) => {
      const mass = Math.log(value / before);
      before = value;
      return [value, mass];
    }),
  );
}

function powerOrLogUniform(grid: Grid): Discrete {
  const { low, high, step } = positive(grid);
  const powers = powersOfTwo(grid);
  const small = powers.filter((power) => power < step);
  const again = powers.length - small.length;
  if (again === 0) return weigh(small.map((power) => [power, 1]));
  const redrawn = logUniform({ low: Math.max(low, step), high, step: Math.min(high, step) });
  return weigh([
    ...small.map((power): [number, number] => [power, 1]),
    ...redrawn.values.map((value, i): [number, number] => [value, again * (redrawn.probabilities[i] ?? 0)]),
  ]);
}

function rounded(grid: Grid, scale: (value: number) => number): Discrete {
  const { low, high, step } = grid;
  const middle = (scale(low) + scale(high)) / 2;
  const deviation = (scale(high) - scale(low)) / 6;
  const cdf = (value: number) =>
    deviation === 0
      ? Number(value >= high)
      : normalShareBelow((scale(Math.min(high, Math.max(low, value))) - middle) / deviation);
  const points = gridPoints(grid);
  if (points.length === 1) return weigh([[low, 1]]);
  return weigh(points.map((value) => [value, cdf(value + step / 2) - cdf(value - step / 2)]));
}

function powersOfTwo({ low, high }: { low: number; high: number }): number[] {
  const first = low > 0 ? Math.ceil(Math.log2(low) - 1e-12) : NaN;
  const last = Math.floor(Math.log2(high) + 1e-12);
  if (!(first <= last)) throw new DistributionError(`there is no power of two from ${low} to ${high}`);
  return Array.from({ length: last - first + 1 }, (_, i) => 2 ** (first + i));
}

function positive(grid: Grid): Grid {
  if (grid.low > 0) return grid;
  throw new DistributionError(`a logarithmic grid must start above 0, not at ${grid.low}`);
}

/** Sorts, joins equal values, and makes the weights sum to 1. */
function weigh(pairs: readonly (readonly [number, number])[]): Discrete {
  const weights = new Map<number, number>();
  for (const [value, weight] of pairs) if (weight > 0) weights.set(value, (weights.get(value) ?? 0) + weight);
  const values = [...weights.keys()].toSorted((a, b) => a - b);
  if (values.length === 0) throw new DistributionError('a distribution needs at least one value');
  const total = pairs.reduce((sum, [, weight]) => sum + Math.max(0, weight), 0);
  return { values, probabilities: values.map((value) => (weights.get(value) ?? 0) / total) };
}
