/** A sweep from a script: plan in, trials out. What `netspace run` does, without a terminal. */
import { openStore } from '@netspace/store/open';
import type { StoredTrial } from '@netspace/store/store';
import { checkpointFolder } from './checkpoints.ts';
import type { Plan } from './plan.ts';
import { runPlan, type RunOptions, type RunResult } from './run.ts';

export interface SweepOptions extends Omit<RunOptions, 'workers'> {
  /** Path of a SQLite file, or the URL of a PostgreSQL database. */
  readonly store: string;
  /** Processes that train at a time; 1 when left out. */
  readonly workers?: number;
}

export interface SweepResult extends RunResult {
  /** All trials of the sweep, in their order: those that ended, and those that did not. */
  readonly trials: readonly StoredTrial[];
}

/**
 * Trains what is left of a plan in processes of their own, and reads all of its trials. Repeating it resumes; checkpoints lie beside the
 * store. A trial that fails or diverges is a result; what makes going on pointless (a full disk, absent data) is thrown.
 *
 * @example
 * const { trials } = await runSweep(parsePlan(readFileSync('plan.yaml', 'utf8'), 'plan.yaml'), { store: 'netspace.db' });
 */
export async function runSweep(
  plan: Plan,
  { store: location, ...options }: SweepOptions,
): Promise<SweepResult> {
  const store = await openStore(location);
  try {
    const checkpoints = checkpointFolder(store.location);
    const result = await runPlan(plan, store, { workers: 1, checkpoints, ...options });
    const trials: StoredTrial[] = [];
    for await (const trial of store.population(result.sweep.id)) trials.push(trial);
    return { ...result, trials };
  } finally {
    await store.close();
  }
}
