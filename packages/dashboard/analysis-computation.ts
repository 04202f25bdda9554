/** What an analysis finds: of a sweep by its spaces, or of selections against each other. */
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { tellingParameters, type Group } from '@netspace/analysis/group';
import {
  measureTrials,
  type Measurement,
  type Measurements,
  type MissingTrial,
} from '@netspace/analysis/measurement';
import { complexityMeasures, normalize } from '@netspace/analysis/normalization';
import type { Store, StoredTrial } from '@netspace/store/store';
import type { z } from 'zod';
import { selectTrials, type SelectedTrials } from './selected-trials.ts';
import type { analysisResultSchema, Selection } from './selection-schema.ts';
import { thinEdf } from './thin-edf.ts';

/** What has been measured already, by number of the trial; fitting a network's widths is what takes the time of an analysis. */
export type Measured = Map<number, { readonly of: string; readonly measurement: Measurement }>;

/** By its spaces. */
export async function analyseSweep(
  store: Store,
  sweepId: number,
  measured: Measured,
): Promise<AnalysisResult> {
  await store.findSweep(`#${sweepId}`);
  return describeAnalysis(measureAll(await store.trials(sweepId), measured));
}

/** Each selection as a group, whatever spaces are in it. */
export async function analyseSelections(
  store: Store,
  selections: readonly Selection[],
  measured: Measured,
): Promise<AnalysisResult> {
  const selected = await selectTrials(store, selections);
  const parts = selected.map(({ name, trials }) => {
    const part = measureAll(trials, measured);
    return {
      measured: part.measured.map((member) => ({ ...member, space: name })),
      missing: part.missing.map((trial) => ({ ...trial, space: name })),
    };
  });
  const result = describeAnalysis({
    // An id names one network of the analysis, and one trial may be in several selections.
    measured: parts.flatMap((part) => part.measured).map((member, id) => ({ ...member, id })),
    missing: parts.flatMap((part) => part.missing),
  });
  const shared = countShared(selected);
  if (shared === 0) return result;
  const note = `${shared} networks are in more than one of the selections, which what is said of their differences takes for independent.`;
  return { ...result, notes: [...result.notes, note] };
}

function countShared(selected: readonly SelectedTrials[]): number {
  const ids = selected.flatMap(({ trials }) => trials.map(({ id }) => id));
  const seen = new Set<number>();
  return new Set(ids.filter((id) => seen.has(id) || !seen.add(id))).size;
}

function measureAll(trials: readonly StoredTrial[], measured: Measured): Measurements {
  const [known, missing]: [Measurement[], MissingTrial[]] = [[], []];
  for (const trial of trials) {
    const measurement = measureOnce(trial, measured);
    if (measurement === undefined) missing.push(missingOf(trial));
    else known.push(measurement);
  }
  return { measured: known, missing };
}

function describeAnalysis(measurements: Measurements): AnalysisResult {
  const { groups, finding, notes } = analyseMeasurements(measurements);
  return {
    groups: groups.map(describeGroup),
    telling: tellingParameters(groups),
    normalized:
      groups.length < 2
        ? []
        : complexityMeasures.flatMap((measure) => normalizeBy(measurements.measured, measure)),
    finding,
    notes: [...notes],
  };
}

type AnalysisResult = z.input<typeof analysisResultSchema>;

/** Nothing where the complexities of the spaces do not overlap. */
function normalizeBy(
  measurements: readonly Measurement[],
  measure: (typeof complexityMeasures)[number],
): AnalysisResult['normalized'] {
  const found = normalize(measurements, measure);
  if (found === null) return [];
  const { spaces, differences, areaLimit, notes } = found;
  return [
    {
      measure,
      spaces: spaces.map(({ weights: _weights, edf: points, ...space }) => ({
        ...space,
        edf: thinEdf(points),
      })),
      differences: differences.map((difference) => ({ ...difference })),
      areaLimit,
      notes: [...notes],
    },
  ];
}

/** Undefined for a trial without a result. A trial that was trained again is measured again. */
function measureOnce(trial: StoredTrial, measured: Measured): Measurement | undefined {
  const of = `${trial.attempt} ${trial.status} ${trial.error}`;
  const known = measured.get(trial.id);
  if (known?.of === of) return known.measurement;
  const [alone] = measureTrials([trial], { resolution: 224, channels: 3, classes: 1000 }).measured;
  if (alone === undefined) return undefined;
  const measurement = { ...alone, id: trial.index };
  measured.set(trial.id, { of, measurement });
  return measurement;
}

function missingOf({ space, status, index }: StoredTrial): MissingTrial {
  const open = status === 'leased' || status === 'lost' || status === 'cancelled' ? status : 'planned';
  return { name: `${space}, place ${index + 1} of the plan`, space, status: open };
}

function describeGroup(group: Group): AnalysisResult['groups'][number] {
  const { failures: _failures, missing, edf: points, quartiles, ...rest } = group;
  return { ...rest, quartiles: [...quartiles], missing: missing.length, edf: thinEdf(points) };
}
