/**
 * What more a population says of its spaces than their EDFs: how good random search is in each, how many networks an EDF needs, what remains
 * of their differences at equal complexity, how good networks change with complexity, and which constraints would refine a space.
 */
import { edfArea } from '@netspace/stats/weighted';
import type { SubsampleDistance } from '@netspace/stats/subsample';
import type { Space } from '@netspace/space/space';
import type { Analysis } from './analysis.ts';
import { expectedBests, type ExpectedBest } from './expected-best.ts';
import type { Group } from './group.ts';
import type { Measurement } from './measurement.ts';
import {
  complexityMeasures,
  defaultAreaLimit,
  normalize,
  type Normalization,
  type NormalizedSpace,
} from './normalization.ts';
import { refine, type Refinement } from './refinement.ts';
import { sampleSizes } from './sample-size.ts';
import { trendsOf, type Trends } from './trend.ts';

export interface SpaceStudy {
  readonly name: string;
  /** The area under the EDF up to the study's `areaLimit`, as a share of the whole; greater is better. */
  readonly edfArea: number;
  /** Of 1, 2, … networks. */
  readonly expectedBest: readonly ExpectedBest[];
  /** Distances of EDFs of 5, 6, … networks from the whole's, of the first 500 networks at most. */
  readonly sampleSize: readonly SubsampleDistance[];
  /** Over flops; null where too few regimes have networks. */
  readonly trends: Trends | null;
  /** Null where nobody knows the space's declaration, or its networks are so many that the test would take minutes. */
  readonly refinement: Refinement | null;
}

export interface Study {
  /** An error, the same for all spaces. */
  readonly areaLimit: number;
  /** In the order in which spaces come first. */
  readonly spaces: readonly SpaceStudy[];
  /** For each measure of complexity in which all spaces have networks in common; empty for one space. */
  readonly normalized: readonly Normalization[];
}

export interface StudyOptions {
  /** Declarations by the names of spaces: those that refinements are asked of. */
  readonly declared?: Readonly<Record<string, Space>>;
  /** Of the refinements' deals; default 1. */
  readonly seed?: number | string;
}

/** The exact distribution of distances of more takes seconds a space. */
const sampleSizeStudy = { most: 500, points: 10 };
const mostRefined = 2000;

export function studySpaces(measured: readonly Measurement[], options: StudyOptions = {}): Study {
  const names = [...new Set(measured.map(({ space }) => space))];
  const areaLimit = defaultAreaLimit(measured);
  const normalized =
    names.length < 2
      ? []
      : complexityMeasures.flatMap((measure) => normalize(measured, measure, { areaLimit }) ?? []);
  return {
    areaLimit,
    spaces: names.map((name) =>
      studySpace(
        name,
        measured.filter(({ space }) => space === name),
        areaLimit,
        options,
      ),
    ),
    normalized,
  };
}

function studySpace(
  name: string,
  members: readonly Measurement[],
  areaLimit: number,
  { declared = {}, seed }: StudyOptions,
): SpaceStudy {
  const errors = members.map(({ error }) => error);
  const space = Object.hasOwn(declared, name) ? declared[name] : undefined;
  return {
    name,
    edfArea: edfArea(errors, areaLimit),
    expectedBest: expectedBests(errors),
    sampleSize: sampleSizes(errors, sampleSizeStudy),
    trends: trendsOf(members),
    refinement:
      space === undefined || members.length > mostRefined
        ? null
        : refine(members, { space, ...(seed !== undefined && { seed }) }),
  };
}

/** The JSON of `netspace analyze`: the analysis with what the study says, each space's part with its group. */
export interface StudiedAnalysis extends Omit<Analysis, 'groups'> {
  readonly groups: readonly (Group & Omit<SpaceStudy, 'name' | 'refinement'>)[];
  readonly areaLimit: number;
  /** Without the weights, which the bins tell. */
  readonly normalized: readonly NormalizedSummary[];
}

export type NormalizedSummary = Omit<Normalization, 'spaces'> & {
  readonly spaces: readonly Omit<NormalizedSpace, 'weights'>[];
};

export function withStudy(analysis: Analysis, { areaLimit, spaces, normalized }: Study): StudiedAnalysis {
  return {
    ...analysis,
    groups: analysis.groups.map((group, i) => {
      const { edfArea: area = NaN, expectedBest = [], sampleSize = [], trends = null } = spaces[i] ?? {};
      return { ...group, edfArea: area, expectedBest, sampleSize, trends };
    }),
    areaLimit,
    normalized: normalized.map(({ spaces: own, ...rest }) => ({
      ...rest,
      spaces: own.map(({ weights: _weights, ...space }) => space),
    })),
  };
}
