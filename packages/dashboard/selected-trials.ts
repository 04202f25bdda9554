/** The trials of selections, and what selections are called. */
import type { Store, StoredTrial, Sweep, TrialQuery } from '@netspace/store/store';
import type { TrialOutcome } from '@netspace/store/watch';
import type { Selection } from './selection-schema.ts';

export interface SelectedTrials {
  /** By its space, or by its sweep, and its filter; no two have one name. */
  readonly name: string;
  readonly sweep: Sweep;
  readonly trials: readonly StoredTrial[];
}

export interface SelectedOutcomes {
  readonly name: string;
  readonly outcomes: readonly TrialOutcome[];
}

export async function selectTrials(
  store: Store,
  selections: readonly Selection[],
  query: Pick<TrialQuery, 'brief'> = {},
): Promise<SelectedTrials[]> {
  const selected: SelectedTrials[] = [];
  for (const { selection, name, sweep } of await nameAll(store, selections))
    selected.push({ name, sweep, trials: await store.trials(sweep.id, { ...query, ...queryOf(selection) }) });
  return selected;
}

/** Reads an index alone where there is no filter. */
export async function selectOutcomes(
  store: Store,
  selections: readonly Selection[],
): Promise<SelectedOutcomes[]> {
  const selected: SelectedOutcomes[] = [];
  for (const { selection, name, sweep } of await nameAll(store, selections))
    selected.push({ name, outcomes: await outcomesOf(store, sweep.id, selection) });
  return selected;
}

async function outcomesOf(
  store: Store,
  sweepId: number,
  selection: Selection,
): Promise<readonly TrialOutcome[]> {
  const { space, where = '' } = selection;
  if (where.trim() !== '')
    return (await store.trials(sweepId, { brief: true, ...queryOf(selection) })).flatMap(outcomeOf);
  const all = await store.outcomes(sweepId);
  return space === undefined ? all : all.filter((outcome) => outcome.space === space);
}

function queryOf({ space, where = '' }: Selection): TrialQuery {
  return { ...(where.trim() !== '' && { where }), ...(space !== undefined && { spaces: [space] }) };
}

/** As `Store.outcomes` has it: nothing of a trial that has not ended, no error of one that failed or diverged. */
function outcomeOf({ space, status, error }: StoredTrial): TrialOutcome[] {
  if (status === 'completed') return [{ space, error: error ?? null }];
  return status === 'failed' || status === 'diverged' ? [{ space, error: null }] : [];
}

interface NamedSelection {
  readonly selection: Selection;
  readonly name: string;
  readonly sweep: Sweep;
}

async function nameAll(store: Store, selections: readonly Selection[]): Promise<NamedSelection[]> {
  const named: NamedSelection[] = [];
  for (const selection of selections) {
    const sweep = await store.findSweep(`#${selection.sweep}`);
    named.push({ selection, sweep, name: nameOf(sweep.name, selection) });
  }
  const twice = (name: string): boolean => named.filter((each) => each.name === name).length > 1;
  // Sweeps of other plans may have one name.
  return named.map((each) =>
    twice(each.name)
      ? { ...each, name: nameOf(`${each.sweep.name} (#${each.sweep.id})`, each.selection) }
      : each,
  );
}

function nameOf(sweep: string, { space, where = '' }: Selection): string {
  return [space === undefined ? sweep : `${sweep}#${space}`, where.trim()].filter(Boolean).join(' ');
}
