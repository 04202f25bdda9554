/**
 * EDFs at equal complexity: networks are weighted so that the complexities of all spaces are spread alike, and what differs then is not
 * explained by complexity.
 *
 * "On Network Design Spaces for Visual Recognition", Section 3.3: the range of complexity is cut into k bins, and each of the m_j
 * networks in bin j weighs 1 / (k m_j), so that the weighted distribution of complexity is uniform over the bins.
 * A bin in which a space has no network cannot be weighted: the paper's code asserts that there is none. Here such bins are left out for
 * all spaces, with the networks in them, and both are told, so that what is compared is where all spaces have networks.
 */
import { edfArea, effectiveSize, stratifiedDifference, weightedEdf } from '@netspace/stats/weighted';
import { dkwHalfHeight, type EdfPoint } from '@netspace/stats/edf';
import type { Interval } from '@netspace/stats/interval';
import { quantile } from '@netspace/stats/quantile';
import type { Measurement } from './measurement.ts';

export const complexityMeasures = ['flops', 'params', 'activations'] as const;
export type ComplexityMeasure = (typeof complexityMeasures)[number];

export interface ComplexityBin {
  /** From `low` to below `high`, the last bin its `high` included. */
  readonly low: number;
  readonly high: number;
  /** Networks of each space in it, in the order of the spaces. */
  readonly counts: readonly number[];
  /** False where a space has no network in it: then nobody's networks in it count. */
  readonly used: boolean;
}

export interface NormalizedSpace {
  readonly name: string;
  /** Networks in bins that are used, of `n`. */
  readonly used: number;
  readonly n: number;
  /** Kish's effective size: as many networks of equal weight would know as much. */
  readonly effectiveSize: number;
  /** Weighted mean error. */
  readonly mean: number;
  readonly edf: readonly EdfPoint[];
  /** Half height of a band around the EDF: that of Dvoretzky, Kiefer and Wolfowitz at the effective size, an approximation. */
  readonly band: number;
  /** The area under the EDF up to `areaLimit`, as a share of the whole; greater is better. */
  readonly area: number;
  /** By the network's id; they sum to 1 over the space, and are 0 in bins that are left out. */
  readonly weights: Readonly<Record<number, number>>;
}

export interface NormalizedDifference extends Interval {
  readonly a: string;
  readonly b: string;
}

export interface Normalization {
  readonly measure: ComplexityMeasure;
  readonly bins: readonly ComplexityBin[];
  readonly spaces: readonly NormalizedSpace[];
  /** Of each pair the mean error of a less that of b at equal complexity: the mean over bins; 95 % interval (Student's t). */
  readonly differences: readonly NormalizedDifference[];
  /** The error up to which areas are taken, the same for all spaces. */
  readonly areaLimit: number;
  /** What was left out, and why; empty where nothing was. */
  readonly notes: readonly string[];
}

export interface NormalizationOptions {
  /** Default: as many as leave the smallest space five networks a bin, from 1 to 10. */
  readonly bins?: number;
  /** Default: the upper quartile of the errors of all networks that completed. */
  readonly areaLimit?: number;
}

/** Null where no bin holds networks of all spaces: then their complexities do not overlap, and nothing can be compared at equal complexity. */
export function normalize(
  measured: readonly Measurement[],
  measure: ComplexityMeasure,
  options: NormalizationOptions = {},
): Normalization | null {
  const names = [...new Set(measured.map(({ space }) => space))];
  const members = names.map((name) => measured.filter(({ space }) => space === name));
  const bins = binsOf(members, measure, options.bins ?? defaultBins(members));
  const used = bins.filter((bin) => bin.used);
  if (used.length === 0) return null;
  const strata = members.map((own) =>
    used.map((bin) => own.filter((member) => isIn(member[measure], bin, bin === bins.at(-1)))),
  );
  const errors = strata.map((own) => own.map((bin) => bin.map(({ error }) => error)));
  const areaLimit = options.areaLimit ?? defaultAreaLimit(measured);
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b, j) => ({ a, b, i, j: i + 1 + j })));
  return {
    measure,
    bins,
    spaces: names.map((name, i) => describe(name, members[i]?.length ?? 0, strata[i] ?? [], areaLimit)),
    differences: pairs.map(({ a, b, i, j }) => ({
      a,
      b,
      ...stratifiedDifference(errors[i] ?? [], errors[j] ?? []),
    })),
    areaLimit,
    notes: notesOf(names, bins, measure),
  };
}

/** An error that most networks reach: the upper quartile of those that completed, or 1 where none did. */
export function defaultAreaLimit(measured: readonly Measurement[]): number {
  const errors = measured.filter(({ status }) => status === 'completed').map(({ error }) => error);
  const limit = errors.length === 0 ? 1 : quantile(errors, 0.75);
  return limit > 0 ? limit : 1;
}

function defaultBins(members: readonly (readonly Measurement[])[]): number {
  const smallest = Math.min(...members.map(({ length }) => length));
  return Math.min(10, Math.max(1, Math.floor(smallest / 5)));
}

/** Bins of equal ratio over the range that all spaces have in common: where one has none there is nothing to compare. */
function binsOf(
  members: readonly (readonly Measurement[])[],
  measure: ComplexityMeasure,
  count: number,
): ComplexityBin[] {
  if (!(Number.isInteger(count) && count >= 1))
    throw new RangeError(`${count} bins of complexity; the number must be whole and at least 1`);
  const values = members.map((own) => own.map((member) => member[measure]));
  const low = Math.max(...values.map((own) => Math.min(...own)));
  const high = Math.min(...values.map((own) => Math.max(...own)));
  if (!(low <= high)) return [];
  const cuts = low === high ? 1 : count;
  const borders = Array.from({ length: cuts + 1 }, (_, i) =>
    i === 0 ? low : i === cuts ? high : low * (high / low) ** (i / cuts),
  );
  return borders.slice(1).map((end, i) => {
    const bin = { low: borders[i] ?? NaN, high: end };
    const counts = values.map((own) => own.filter((value) => isIn(value, bin, i === cuts - 1)).length);
    return { ...bin, counts, used: counts.every((each) => each > 0) };
  });
}

function isIn(value: number, { low, high }: { low: number; high: number }, last: boolean): boolean {
  return value >= low && (last ? value <= high : value < high);
}

function describe(
  name: string,
  n: number,
  strata: readonly (readonly Measurement[])[],
  areaLimit: number,
): NormalizedSpace {
  const weighed = strata.flatMap((bin) =>
    bin.map((member) => ({ member, weight: 1 / (strata.length * bin.length) })),
  );
  const errors = weighed.map(({ member }) => member.error);
  const weights = weighed.map(({ weight }) => weight);
  const size = effectiveSize(weights);
  return {
    name,
    n,
    used: weighed.length,
    effectiveSize: size,
    mean: weighed.reduce((sum, { member, weight }) => sum + weight * member.error, 0),
    edf: weightedEdf(errors, weights),
    band: dkwHalfHeight(Math.max(1, size)),
    area: edfArea(errors, areaLimit, weights),
    weights: Object.fromEntries(weighed.map(({ member, weight }) => [member.id, weight])),
  };
}

function notesOf(
  names: readonly string[],
  bins: readonly ComplexityBin[],
  measure: ComplexityMeasure,
): string[] {
  const empty = bins.filter(({ used }) => !used);
  if (empty.length === 0) return [];
  const missing = names.filter((_, i) => empty.some(({ counts }) => counts[i] === 0));
  return [
    `${empty.length} of ${bins.length} bins of ${measure} hold no network of ${missing.join(' or ')} and are left out, with the networks of the others in them.`,
  ];
}
