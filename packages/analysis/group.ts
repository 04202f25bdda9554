/** One design space as its population shows it: size, failures, errors, EDF, and where its best networks lie. */
import { contendersOf, rangeOver, type BestRange } from '@netspace/stats/bootstrap';
import { dkwHalfHeight, edf, type EdfPoint } from '@netspace/stats/edf';
import { extentOf, mean, median, quantile } from '@netspace/stats/quantile';
import type { Measurement, MissingTrial } from './measurement.ts';

export interface Group {
  /** The space's name. */
  readonly name: string;
  /** Networks with a result, those that failed or diverged included. */
  readonly n: number;
  /** How many of n failed or diverged; they count with error 1. */
  readonly failed: number;
  /** How many of `failed` diverged. */
  readonly diverged: number;
  /** How many of n were stopped before their last epoch; they count with the error that they had come to. */
  readonly stopped: number;
  readonly min: number;
  readonly mean: number;
  readonly median: number;
  readonly quartiles: readonly [low: number, high: number];
  readonly edf: readonly EdfPoint[];
  /** The EDF's 95 % band: this share above and below it. */
  readonly band: number;
  /** By parameter, the range in which the best of trunc(n / 4) draws lies; parameters that every network of the group has. */
  readonly parameters: Readonly<Record<string, BestRange>>;
  /** Names of the networks that failed or diverged, and why. */
  readonly failures: readonly Failure[];
  /** Trials that have no result. */
  readonly missing: readonly MissingTrial[];
}

export interface Failure {
  readonly name: string;
  readonly status: 'diverged' | 'failed';
  readonly reason?: string;
}

/** The groups of a population, in the order in which their spaces come first. */
export function groupsOf(measured: readonly Measurement[], missing: readonly MissingTrial[]): Group[] {
  const names = [...new Set(measured.map((measurement) => measurement.space))];
  return names.map((name) =>
    describe(
      name,
      measured.filter((measurement) => measurement.space === name),
      missing.filter((trial) => trial.space === name),
    ),
  );
}

function describe(name: string, members: readonly Measurement[], missing: readonly MissingTrial[]): Group {
  const errors = members.map((member) => member.error);
  const failures = failuresOf(members);
  return {
    name,
    n: members.length,
    failed: failures.length,
    diverged: failures.filter((failure) => failure.status === 'diverged').length,
    stopped: members.filter((member) => member.stopped !== undefined).length,
    min: extentOf(errors)[0],
    mean: mean(errors),
    median: median(errors),
    quartiles: [quantile(errors, 0.25), quantile(errors, 0.75)],
    edf: edf(errors),
    band: dkwHalfHeight(members.length),
    parameters: rangesOf(members, errors),
    failures,
    missing,
  };
}

export function failuresOf(members: readonly Measurement[]): Failure[] {
  return members.flatMap(({ name, status, reason }) =>
    status === 'completed' ? [] : [{ name, status, ...(reason === undefined ? {} : { reason }) }],
  );
}

/** Of thousands of networks the values of few are asked for: a fit takes milliseconds to find. */
function rangesOf(members: readonly Measurement[], errors: readonly number[]): Record<string, BestRange> {
  const names = Object.keys(members[0]?.parameters ?? {}).filter((name) =>
    members.every(({ parameters }) => Object.hasOwn(parameters, name)),
  );
  const contenders = contendersOf(errors);
  const valueOf = (name: string) => (index: number) => members[index]?.parameters[name] ?? NaN;
  return Object.fromEntries(names.map((name) => [name, rangeOver(contenders, valueOf(name))]));
}

/** The parameters whose best ranges say something: not one and the same value for every group, as the keys of a common recipe are. */
export function tellingParameters(groups: readonly Group[]): string[] {
  const names = [...new Set(groups.flatMap((group) => Object.keys(group.parameters)))];
  return names.filter((name) => {
    const ends = groups.flatMap(({ parameters }): (number | string)[] => {
      const range = parameters[name];
      return range === undefined ? ['absent'] : [range.low, range.high];
    });
    return new Set(ends).size > 1;
  });
}
