/** What is computed of selections of trials: EDFs, comparisons, analyses, reports. */
import { comparePairwise } from '@netspace/analysis/pairwise';
import { dkwHalfHeight, edf } from '@netspace/stats/edf';
import { mean, median } from '@netspace/stats/quantile';
import type { Store } from '@netspace/store/store';
import { analyseSelections, analyseSweep } from './analysis-computation.ts';
import { HttpError } from './http-error.ts';
import { reportOn } from './report-computation.ts';
import { selectOutcomes, type SelectedOutcomes } from './selected-trials.ts';
import type { Edf, PairComparison, Selection } from './selection-schema.ts';
import type { StoreTask } from './task.ts';
import { thinEdf } from './thin-edf.ts';

export async function computeOfTrials(store: Store, { kind, selections }: StoreTask): Promise<unknown> {
  const [first] = selections;
  if (first === undefined) throw new HttpError(400, 'not-understood', 'name at least one selection');
  if (kind === 'analysis') return analyseSweep(store, first.sweep);
  if (kind === 'selections') return analyseSelections(store, selections);
  if (kind === 'comparison') return { pairs: await comparePairs(store, selections) };
  if (kind === 'report') return reportOn(store, selections);
  const selected = await selectOutcomes(store, selections);
  return { edfs: selections.flatMap((selection, i) => describeErrors(selection, selected[i])) };
}

function describeErrors(selection: Selection, selected: SelectedOutcomes | undefined): Edf[] {
  if (selected === undefined) return [];
  const { name, outcomes } = selected;
  const errors = outcomes.map(({ error }) => error ?? 1);
  const some = errors.length > 0;
  return [
    {
      selection,
      name,
      n: errors.length,
      failed: outcomes.filter(({ error }) => error === null).length,
      min: some ? errors.reduce((least, error) => Math.min(least, error)) : null,
      mean: some ? mean(errors) : null,
      median: some ? median(errors) : null,
      band: some ? dkwHalfHeight(errors.length) : null,
      edf: thinEdf(edf(errors)),
    },
  ];
}

async function comparePairs(store: Store, selections: readonly Selection[]): Promise<PairComparison[]> {
  if (selections.length < 2)
    throw new HttpError(400, 'not-understood', 'name at least two selections to compare');
  const selected = await selectOutcomes(store, selections);
  const empty = selected.find(({ outcomes }) => outcomes.length === 0);
  if (empty) throw new HttpError(409, 'no-trials', `${empty.name}: no network has a result yet`);
  return comparePairwise(
    selected.map(({ name, outcomes }) => {
      const completed = outcomes.flatMap(({ error }) => (error === null ? [] : [error]));
      return { name, completed, failed: outcomes.length - completed.length };
    }),
  );
}
