/** The backlog of a store: its sweeps that have something left to train, which a worker takes on one after another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type Store, type Sweep } from '@netspace/store/store';
import { patientStore } from './patient-store.ts';
import { isSweepPlan, readSweepPlan, type SweepPlan } from './plan-hash.ts';
import type { Emit } from './sweep-event.ts';
import type { SupervisorOptions } from './supervision.ts';
import { supervise } from './supervisor.ts';
import { provideData } from './sweep-data.ts';

export interface BacklogOptions extends Omit<SupervisorOptions, 'workers' | 'shard' | 'leaves'> {
  /** Worker processes at a time, for a sweep with this plan. */
  readonly workersFor: (plan: SweepPlan) => number;
  /** Works on this one sweep: its name, number or plan hash; on all when left out. */
  readonly sweep?: string;
  /** Waits for more when nothing is left. */
  readonly waits?: boolean;
}

/** A sweep that was imported, so that nobody can train it; `code` is `sweep-imported`. */
class SweepImportedError extends Error {
  readonly code = 'sweep-imported';
}

/** Milliseconds between two looks for new sweeps. */
const lookEvery = 2000;

/** Trains what is left in a store, the oldest sweep first; true when it was told to drain or stop before nothing was left. */
export async function workOff(store: Store, options: BacklogOptions): Promise<boolean> {
  const clock = options.clock ?? (() => Date.now());
  const emit: Emit = (event) => options.onEvent?.({ ...event, at: clock() });
  const patient = patientStore(store, {
    note: (text) => emit({ kind: 'note', text }),
    halted: options.stop ?? new AbortController().signal,
    leaseMilliseconds: 0,
  });
  const isTold = (): boolean => options.drain?.aborted === true || options.stop?.aborted === true;
  let idle = false;
  while (!isTold()) {
    const open = await findOpen(patient, options.sweep);
    const next = open.find(hasWork) ?? open[0];
    if (next) await workOn(store, next, emit, options);
    else if (options.waits !== true) return false;
    else if (!idle) emit({ kind: 'note', text: 'nothing is left to train; waiting for another sweep' });
    idle = !next;
    if (idle) await pause(options);
  }
  return options.stop?.aborted === true || (await findOpen(patient, options.sweep)).length > 0;
}

async function pause({ drain, stop }: BacklogOptions): Promise<void> {
  const signal = AbortSignal.any([drain, stop].filter((each) => each !== undefined));
  await sleep(lookEvery, undefined, { signal }).catch(() => {});
}

/** Sweeps that have not ended, the oldest first. */
async function findOpen(store: Store, reference: string | undefined): Promise<readonly Sweep[]> {
  if (reference === undefined)
    return (await store.sweeps())
      .filter(({ plan, counts }) => isSweepPlan(plan) && !isFinished(counts))
      .toReversed();
  const sweep = await store.findSweep(reference);
  if (!isSweepPlan(sweep.plan))
    throw new SweepImportedError(
      `${sweep.name} (#${sweep.id}) was imported: it has no plan to train by; name another sweep`,
    );
  return isFinished(sweep.counts) ? [] : [sweep];
}

/** Whether a trial of it can be leased now. */
function hasWork({ counts, waiting }: Sweep): boolean {
  return counts.planned > waiting;
}

async function workOn(store: Store, sweep: Sweep, emit: Emit, options: BacklogOptions): Promise<void> {
  const plan = readSweepPlan(sweep.plan);
  const workers = options.workersFor(plan);
  await provideData(plan.data, (text) => emit({ kind: 'note', text }));
  emit({
    kind: 'planned',
    sweep: sweep.name,
    sweepId: sweep.id,
    resumed: true,
    counts: sweep.counts,
    ...(sweep.leastError !== undefined && { leastError: sweep.leastError }),
    workers,
    remainingCost: sweep.remainingCost,
  });
  const leaves = async (): Promise<boolean> => (await findOpen(store, options.sweep)).some(hasWork);
  await supervise(store, sweep, { ...options, workers, leaves });
}
