/** What both sweeps of a search have in common: their plans lie in its folder, and the time that is left ends them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store, StoredTrial, Sweep } from '@netspace/store/store';
import { checkpointPath, type PlannedSweep } from '@netspace/sweep/checkpoints';
import { planHash } from '@netspace/sweep/plan-hash';
import type { Plan } from '@netspace/sweep/plan';
import { runPlan, type RunOptions } from '@netspace/sweep/run';
import { sumOf } from './data-facts.ts';
import type { Prediction } from './prediction.ts';
import { validationShare } from './request.ts';
import { readText, writeText, type SearchRecord } from './search-folder.ts';
import { readSearchPlan, type PlanTerms } from './search-plan.ts';
import { searchRecipe } from './search-recipe.ts';
import { anyOf, type Deadline, type Timekeeper } from './time-keeper.ts';

export interface StageHands {
  readonly store: Store;
  /** How trials are trained; its `drain` also ends what is measured beside them. */
  readonly run: RunOptions;
  /** Told what is going on beside the sweeps. */
  readonly note: (text: string) => void;
  readonly keeper: Timekeeper;
  /** Known where the machine was measured, which a given time does not go without. */
  readonly prediction: Prediction | undefined;
}

export interface Trained {
  readonly sweep: Sweep;
  readonly plan: Plan;
  readonly trials: readonly StoredTrial[];
  /** Before all of it had ended, there were no more than the seconds left that were to be left. */
  readonly isCutShort: boolean;
}

/** What stands in the folder is what is trained, even by another version of netspace. */
export function keepPlan(folder: string, file: string, make: () => string): Plan {
  const known = readText(folder, file);
  const text = known ?? make();
  if (known === undefined) writeText(folder, file, text);
  return readSearchPlan(text, join(folder, file));
}

/**
 * Trains a plan until a deadline, which waits until as many trials as there are workers have an epoch behind them, where it may; undefined when
 * somebody interrupted it before.
 */
export async function trainPlan(
  plan: Plan,
  { store, run, keeper }: StageHands,
  { end, ...own }: Partial<RunOptions> & { readonly end: Omit<Deadline, 'ready'> },
): Promise<Trained | undefined> {
  const trained = new Set<number>();
  const onEvent: RunOptions['onEvent'] = (event) => {
    if (event.kind === 'epoch') trained.add(event.trial);
    // Nobody has to run the command again for what the time ended.
    const isOver = event.kind === 'ended' && !isInterrupted(run);
    run.onEvent?.(isOver ? { ...event, interrupted: false } : event);
  };
  const ready = () => trained.size >= run.workers;
  const { sweep, interrupted } = await keeper.until({ ...end, ready }, (deadline) => {
    const stop = anyOf(run.stop, deadline);
    return runPlan(plan, store, { ...run, ...own, onEvent, ...(stop && { stop }) });
  });
  if (interrupted && isInterrupted(run)) return undefined;
  return { sweep, plan, trials: await store.trials(sweep.id), isCutShort: interrupted };
}

/** The trials of a plan that was begun, as far as they came. */
export async function findTrained(plan: Plan, store: Store, epochs: number): Promise<Trained | undefined> {
  const sweep = await store.findPlan(planHash(plan.sweep));
  if (!sweep) return undefined;
  const trials = await asFarAsTrained(await store.trials(sweep.id), store, epochs);
  return { sweep, plan, trials, isCutShort: false };
}

function isInterrupted({ drain, stop }: RunOptions): boolean {
  return drain?.aborted === true || stop?.aborted === true;
}

/** The file of a trial's last checkpoint; of what was cut short it lies where it was trained. */
export function lastCheckpoint(
  sweep: PlannedSweep,
  index: number,
  kept: string,
  running: string | undefined,
): string {
  const ended = checkpointPath(kept, sweep, index);
  return running === undefined || existsSync(ended) ? ended : checkpointPath(running, sweep, index);
}

/**
 * Trials that were cut short as if they had been stopped after their last epoch that is known, and without an error where none is. `epochs`
 * are those of a whole training.
 */
export async function asFarAsTrained(
  trials: readonly StoredTrial[],
  store: Store,
  epochs: number,
): Promise<readonly StoredTrial[]> {
  const open = trials.filter(({ status }) => status === 'planned' || status === 'leased');
  const reached = new Map<number, { readonly epoch: number; readonly error: number }>();
  const sweepId = open[0]?.sweepId;
  if (sweepId === undefined) return trials;
  for (let epoch = 1; epoch <= epochs; epoch++)
    for (const { trialId, error } of await store.errorsAt(sweepId, epoch))
      reached.set(trialId, { epoch, error });
  return trials.map((trial) => {
    const last = reached.get(trial.id);
    if (!open.includes(trial) || !last) return trial;
    const { epoch, error } = last;
    return { ...trial, status: 'completed', error, stopped: { by: 'request', epoch } };
  });
}

/** The last part of a data set's name or path, so that two searches in one store are told apart. */
function lastPartOf(reference: string): string {
  const [, last = ''] = /([^/\\]+)[/\\]*$/.exec(reference) ?? [];
  return last.replaceAll(/[^\w.-]/g, '-');
}

export function planTerms(
  { request, data }: SearchRecord,
  part: 'candidates' | 'finals',
  epochs: number,
): PlanTerms {
  const { reference, input, trainCounts } = data;
  const train = Math.floor(sumOf(trainCounts) * (1 - validationShare));
  return {
    name: `find-${lastPartOf(reference)}-${part}`,
    reference,
    seed: request.seed,
    threads: request.threads,
    recipe: searchRecipe(request.recipe, epochs, { train, resolution: input.resolution }),
  };
}
