/** What is computed of selections of trials: EDFs, comparisons, the analysis of a sweep. */
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { tellingParameters, type Group } from '@netspace/analysis/group';
import { measureTrials, type Measurement, type MissingTrial } from '@netspace/analysis/measurement';
import { complexityMeasures, normalize } from '@netspace/analysis/normalization';
import { comparePairwise } from '@netspace/analysis/pairwise';
import { dkwHalfHeight, edf, type EdfPoint } from '@netspace/stats/edf';
import { mean, median } from '@netspace/stats/quantile';
import type { Store, StoredTrial } from '@netspace/store/store';
import type { TrialOutcome } from '@netspace/store/watch';
import type { z } from 'zod';
import { HttpError } from './http-error.ts';
import type { analysisResultSchema, Edf, PairComparison, Report, Selection } from './selection-schema.ts';
import type { StoreTask } from './task.ts';

/** Points of an EDF that is drawn: a thousandth of its height is less than a pixel. */
const mostPoints = 1000;

/** What has been measured already, by number of the trial; fitting a network's widths is what takes the time of an analysis. */
export type Measured = Map<number, { readonly of: string; readonly measurement: Measurement }>;

export async function computeOfTrials(store: Store, task: StoreTask, measured: Measured): Promise<unknown> {
  const [first] = task.selections;
  if (first === undefined) throw new HttpError(400, 'not-understood', 'name at least one selection');
  if (task.kind === 'analysis') return analyseSweep(store, first.sweep, measured);
  if (task.kind === 'comparison') return { pairs: await comparePairs(store, task.selections) };
  if (task.kind === 'report') return reportOn(store, task.selections);
  const edfs: Edf[] = [];
  for (const selection of task.selections) edfs.push(await describeErrors(store, selection));
  return { edfs };
}

async function describeErrors(store: Store, selection: Selection): Promise<Edf> {
  const { name, outcomes } = await select(store, selection);
  const errors = outcomes.map(({ error }) => error ?? 1);
  const some = errors.length > 0;
  return {
    selection,
    name,
    n: errors.length,
    failed: outcomes.filter(({ error }) => error === null).length,
    min: some ? errors.reduce((least, error) => Math.min(least, error)) : null,
    mean: some ? mean(errors) : null,
    median: some ? median(errors) : null,
    band: some ? dkwHalfHeight(errors.length) : null,
    edf: thin(edf(errors)),
  };
}

/** The page of `netspace report`, for somebody to take away; nothing is written here. */
async function reportOn(store: Store, selections: readonly Selection[]): Promise<Report> {
  const trials: StoredTrial[] = [];
  const names: string[] = [];
  const provenance: Record<string, string> = {};
  for (const { sweep: id, space, where = '' } of selections) {
    const sweep = await store.findSweep(`#${id}`);
    const filter = { ...(where.trim() !== '' && { where }), ...(space !== undefined && { spaces: [space] }) };
    const found = await store.trials(id, filter);
    names.push([sweep.name, space, where].filter(Boolean).join(' '));
    provenance[`plan of ${sweep.name}`] = sweep.planHash;
    const known = new Set(trials.map((trial) => trial.id));
    trials.push(...found.filter((trial) => !known.has(trial.id)));
  }
  const title = names.join(', ');
  // Loaded late: the drawing of charts takes half a second to load.
  const { makeReport } = await import('@netspace/report/report');
  return { title, html: await makeReport({ title, trials, provenance }) };
}

/** Errors of a selection and what it is called: by its space, or by its sweep. */
async function select(
  store: Store,
  { sweep: id, space, where }: Selection,
): Promise<{ name: string; outcomes: readonly TrialOutcome[] }> {
  const sweep = await store.findSweep(`#${id}`);
  const name = space === undefined ? sweep.name : `${sweep.name}#${space}`;
  if (where === undefined || where.trim() === '') {
    const all = await store.outcomes(id);
    return { name, outcomes: space === undefined ? all : all.filter((outcome) => outcome.space === space) };
  }
  const found = await store.trials(id, { where, ...(space !== undefined && { spaces: [space] }) });
  return { name: `${name} ${where}`, outcomes: found.flatMap(outcomeOf) };
}

/** As `Store.outcomes` has it: nothing of a trial that has not ended, no error of one that failed or diverged. */
function outcomeOf({ space, status, error }: StoredTrial): TrialOutcome[] {
  if (status === 'completed') return [{ space, error: error ?? null }];
  return status === 'failed' || status === 'diverged' ? [{ space, error: null }] : [];
}

async function comparePairs(store: Store, selections: readonly Selection[]): Promise<PairComparison[]> {
  if (selections.length < 2)
    throw new HttpError(400, 'not-understood', 'name at least two selections to compare');
  const populations = [];
  for (const selection of selections) {
    const { name, outcomes } = await select(store, selection);
    if (outcomes.length === 0) throw new HttpError(409, 'no-trials', `${name}: no network has a result yet`);
    const completed = outcomes.flatMap(({ error }) => (error === null ? [] : [error]));
    populations.push({ name, completed, failed: outcomes.length - completed.length });
  }
  return comparePairwise(populations);
}

async function analyseSweep(store: Store, sweepId: number, measured: Measured): Promise<AnalysisResult> {
  await store.findSweep(`#${sweepId}`);
  const measurements: Measurement[] = [];
  const missing: MissingTrial[] = [];
  for (const trial of await store.trials(sweepId)) {
    const known = measureOnce(trial, measured);
    if (known === undefined) missing.push(missingOf(trial));
    else measurements.push(known);
  }
  const { groups, finding, notes } = analyseMeasurements({ measured: measurements, missing });
  return {
    groups: groups.map(describeGroup),
    telling: tellingParameters(groups),
    normalized:
      groups.length < 2 ? [] : complexityMeasures.flatMap((measure) => normalizeBy(measurements, measure)),
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
      spaces: spaces.map(({ weights: _weights, edf: points, ...space }) => ({ ...space, edf: thin(points) })),
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
  return { ...rest, quartiles: [...quartiles], missing: missing.length, edf: thin(points) };
}

/** At most `mostPoints` of an EDF's points, evenly spread over the shares, the first and the last among them. */
function thin(points: readonly EdfPoint[]): [number, number][] {
  const step = Math.max(1, (points.length - 1) / (mostPoints - 1));
  const count = Math.min(points.length, mostPoints);
  return Array.from({ length: count }, (_, k) => points[Math.round(k * step)] ?? [0, 0]).map(
    ([error, share]) => [error, share],
  );
}
