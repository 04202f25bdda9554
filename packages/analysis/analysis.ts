/**
 * What a population says: trials → measurements → groups by space → pairs compared → one sentence.
 *
 * Section 3.1 of "Designing Network Design Spaces": spaces are judged by the distribution of their networks' errors.
 */
import type { InputShape } from '@netspace/network/network';
import type { Trial } from '@netspace/population/trial';
import { random } from '@netspace/stats/random';
import { compareSpaces, type Comparison } from './comparison.ts';
import { findingOf, notesOf } from './finding.ts';
import { groupsOf, type Group } from './group.ts';
import {
  AnalysisError,
  measureTrials,
  type Measurement,
  type Measurements,
  type MissingTrial,
} from './measurement.ts';

export interface AnalysisOptions {
  /** Where complexity is counted for trials that do not state it; default 224 px, 3 channels, 1000 classes. */
  readonly input?: InputShape;
  /** Of the bootstrap of differences; default 1. */
  readonly seed?: number | string;
}

/** The JSON of `netspace analyze`. */
export interface Analysis {
  readonly groups: readonly Group[];
  /** All pairs of groups, in their order. */
  readonly comparisons: readonly Comparison[];
  /** Trials without a result, of all spaces. */
  readonly missing: readonly MissingTrial[];
  /** The answer in a sentence or two: headline and detail. */
  readonly finding: string;
  readonly headline: string;
  readonly detail: string;
  /** What must be known with it: failures, missing trials. */
  readonly notes: readonly string[];
}

const defaultInput: InputShape = { resolution: 224, channels: 3, classes: 1000 };

export function analyse(trials: readonly Trial[], options: AnalysisOptions = {}): Analysis {
  return analyseMeasurements(measureTrials(trials, options.input ?? defaultInput), options.seed);
}

/** The same for trials measured already. At least one must have a result. */
export function analyseMeasurements(
  { measured, missing }: Measurements,
  seed: number | string = 1,
): Analysis {
  if (measured.length === 0)
    throw new AnalysisError(
      'no-trials',
      `nothing to analyse: of ${missing.length} trials none has a result yet; run the sweep first`,
    );
  const groups = groupsOf(measured, missing);
  const comparisons = comparePairs(measured, groups, seed);
  const { headline, detail } = findingOf(groups, comparisons);
  return {
    groups,
    comparisons,
    missing,
    finding: `${headline}: ${detail}`,
    headline,
    detail,
    notes: notesOf(groups, comparisons, missing),
  };
}

function comparePairs(
  measured: readonly Measurement[],
  groups: readonly Group[],
  seed: number | string,
): Comparison[] {
  const spaces = groups.map(({ name, failed }) => ({
    name,
    failed,
    completed: measured
      .filter((member) => member.space === name && member.status === 'completed')
      .map((member) => member.error),
  }));
  const stream = random(seed);
  return spaces.flatMap((a, i) =>
    spaces.slice(i + 1).map((b) => compareSpaces(a, b, stream.fork(`${a.name}\n${b.name}`))),
  );
}
