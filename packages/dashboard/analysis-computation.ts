/** What an analysis finds: of a sweep by its spaces, or of selections against each other. */
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { tellingParameters, type Group } from '@netspace/analysis/group';
import { measureTrials, type Measurement } from '@netspace/analysis/measurement';
import { complexityMeasures, normalize } from '@netspace/analysis/normalization';
import type { Store, StoredTrial } from '@netspace/store/store';
import type { z } from 'zod';
import { selectTrials, type SelectedTrials } from './selected-trials.ts';
import type { analysisResultSchema, Selection } from './selection-schema.ts';
import { thinEdf } from './thin-edf.ts';

/** By its spaces. */
export async function analyseSweep(store: Store, sweepId: number): Promise<AnalysisResult> {
  await store.findSweep(`#${sweepId}`);
  return describeAnalysis(await store.trials(sweepId, { brief: true }));
}

/** Each selection as a group, whatever spaces are in it. */
export async function analyseSelections(
  store: Store,
  selections: readonly Selection[],
): Promise<AnalysisResult> {
  const selected = await selectTrials(store, selections, { brief: true });
  const result = describeAnalysis(
    selected.flatMap(({ name, trials }) => trials.map((trial) => ({ ...trial, space: name }))),
  );
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

/** Where complexity is counted for trials that do not state it. */
const input = { resolution: 224, channels: 3, classes: 1000 };

function describeAnalysis(trials: readonly StoredTrial[]): AnalysisResult {
  const measurements = measureTrials(trials, input);
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

function describeGroup(group: Group): AnalysisResult['groups'][number] {
  const { failures: _failures, missing, edf: points, quartiles, ...rest } = group;
  return { ...rest, quartiles: [...quartiles], missing: missing.length, edf: thinEdf(points) };
}
