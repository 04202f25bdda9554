/**
 * One value of a dimension for each stage, under rules about neighbouring stages: drawn and counted exactly, without rejection.
 *
 * The values are drawn independently from one distribution p and conditioned on the rules. With A(v) the values that may follow v,
 * the weight of v at stage i is W_i(v) = p(v) · Σ_{u in A(v)} W_{i+1}(u), and W_n = p. Drawing stage 1 from W_1 and each later stage
 * from W_i restricted to what may follow gives every allowed sequence its probability under p, divided by that of all allowed ones.
 */
import { firstAbove, type Discrete } from '@netspace/stats/distribution';
import type { Random } from '@netspace/stats/random';
import { formOf, type Rule, type StageDimension } from './rule.ts';

/** What holds between the values of two neighbouring stages; both together make them equal. */
export interface Relation {
  /** The later is at least the earlier. */
  readonly up: boolean;
  /** The later is at most the earlier. */
  readonly down: boolean;
}

/** The relations between the stages of a dimension, one for each pair of neighbours. */
export function relationsOf(rules: readonly Rule[], dimension: StageDimension, stages: number): Relation[] {
  const orders = rules.map(formOf).filter((form) => form.form === 'order' && form.dimension === dimension);
  return Array.from({ length: stages - 1 }, (_, i) => {
    const holds = (direction: 'up' | 'down') =>
      orders.some(
        (form) =>
          form.form === 'order' && form.direction === direction && !(form.exceptLast && i === stages - 2),
      );
    return { up: holds('up'), down: holds('down') };
  });
}

export function isShared(rules: readonly Rule[], dimension: StageDimension): boolean {
  return rules.map(formOf).some((form) => form.form === 'shared' && form.dimension === dimension);
}

/** Indices of the values that may follow the value at an index, both ends included. */
function following({ up, down }: Relation, index: number, count: number): readonly [number, number] {
  return [up ? index : 0, down ? index : count - 1];
}

/** Draws a value for each stage into `out`, by one number of the stream for each stage. */
export function sequenceDrawer(
  { values, probabilities }: Discrete,
  relations: readonly Relation[],
): (stream: Random, out: number[]) => void {
  const count = values.length;
  const cumulative = cumulativeWeights(probabilities, relations);
  return (stream, out) => {
    let index = 0;
    cumulative.forEach((sums, stage) => {
      const relation = relations[stage - 1];
      const [low, high] = relation ? following(relation, index, count) : [0, count - 1];
      const below = low === 0 ? 0 : (sums[low - 1] ?? 0);
      const drawn = firstAbove(sums, below + stream.next() * ((sums[high] ?? 0) - below));
      index = Math.min(high, Math.max(low, drawn));
      out[stage] = values[index] ?? NaN;
    });
  };
}

/** Of each stage the running sums of its weights. */
function cumulativeWeights(probabilities: readonly number[], relations: readonly Relation[]): Float64Array[] {
  const count = probabilities.length;
  const stages: Float64Array[] = [runningSums(probabilities)];
  for (const relation of relations.toReversed()) {
    const next = stages[0] ?? new Float64Array();
    const weights = probabilities.map((probability, index) => {
      const [low, high] = following(relation, index, count);
      return probability * ((next[high] ?? 0) - (low === 0 ? 0 : (next[low - 1] ?? 0)));
    });
    const sums = runningSums(weights);
    const total = sums.at(-1) ?? 1;
    // Without this eight stages of rare values would lose their digits.
    stages.unshift(sums.map((sum) => sum / total));
  }
  return stages;
}

function runningSums(weights: readonly number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => (sum += weight));
}

/** The number of sequences of `count` values that obey the relations. */
export function countSequences(count: number, relations: readonly Relation[]): bigint {
  let ways = Array.from({ length: count }, () => 1n);
  for (const relation of relations.toReversed()) {
    const sums = [0n];
    for (const way of ways) sums.push((sums.at(-1) ?? 0n) + way);
    ways = ways.map((_, index) => {
      const [low, high] = following(relation, index, count);
      return (sums[high + 1] ?? 0n) - (sums[low] ?? 0n);
    });
  }
  return ways.reduce((sum, way) => sum + way, 0n);
}

/** Index of the first of ascending values that is at least `value`; their number where none is. */
export function firstAtLeast(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
