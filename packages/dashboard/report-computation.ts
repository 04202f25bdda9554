/** The page of `netspace report`, for somebody to take away; nothing is written here. */
import type { Trial } from '@netspace/population/trial';
import type { Store } from '@netspace/store/store';
import { sampledSpaces } from './sampled-spaces.ts';
import { selectTrials, type SelectedTrials } from './selected-trials.ts';
import type { Report, Selection } from './selection-schema.ts';

/** On one selection by its spaces; on several each as a group of its own, whatever spaces are in it. */
export async function reportOn(store: Store, selections: readonly Selection[]): Promise<Report> {
  const selected = await selectTrials(store, selections);
  const title = selected.map(({ name }) => name).join(', ');
  // Loaded late: the drawing of charts takes half a second to load.
  const { makeReport } = await import('@netspace/report/report');
  const made = new Date().toISOString();
  const html = await makeReport({
    title,
    trials: trialsOf(selected),
    spaces: sampledSpaces(selected),
    provenance: originOf(selected),
    made,
  });
  return { title, html };
}

function trialsOf(selected: readonly SelectedTrials[]): Trial[] {
  if (selected.length === 1) return selected.flatMap(({ trials }) => trials);
  return selected.flatMap(({ name, trials }) => trials.map((trial) => ({ ...trial, space: name })));
}

function originOf(selected: readonly SelectedTrials[]): Record<string, string> {
  return Object.fromEntries(
    selected.flatMap(({ name, sweep, trials }) => [
      [name, `${trials.length} trials of ${sweep.name} (#${sweep.id})`],
      [`plan of ${sweep.name} (#${sweep.id})`, sweep.planHash],
    ]),
  );
}
