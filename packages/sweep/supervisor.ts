/**
 * The supervisor of a sweep: it leases trials, has worker processes train them, and alone writes what comes of it.
 *
 * Heartbeats are its own, since training blocks a worker's event loop. Several supervisors may work on one sweep; each
 * trial is leased by one of them, and what another's death leaves is taken back.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type Store, type Sweep, type TrialCounts } from '@netspace/store/store';
import { tidyCheckpoints } from './checkpoints.ts';
import { settleRungs } from './early-stopping.ts';
import { heartbeat, watchLeases } from './lease-watch.ts';
import { watchMemory } from './memory-kills.ts';
import { newOwner } from './owner.ts';
import { patientStore } from './patient-store.ts';
import { readSweepPlan } from './plan-hash.ts';
import type { Emit } from './sweep-event.ts';
import { runSlot } from './slot.ts';
import { endActive, supervisorDefaults, type Supervision, type SupervisorOptions } from './supervision.ts';

export interface Supervised {
  readonly sweep: Sweep;
  /** Of the sweep, or of the part of it that was to be trained. */
  readonly counts: TrialCounts;
  /** Told to drain or stop before all of that had ended. */
  readonly interrupted: boolean;
}

/** Trains what is left of a sweep; resolves when nothing is left, or when it was told to drain or stop. */
export async function supervise(store: Store, sweep: Sweep, given: SupervisorOptions): Promise<Supervised> {
  const options = { ...supervisorDefaults, ...given };
  const failures: unknown[] = [];
  const halt = new AbortController();
  // Each worker listens, and there may be many.
  setMaxListeners(0, halt.signal);
  const emit: Emit = (event) => options.onEvent?.({ ...event, at: options.clock() });
  const owner = newOwner();
  const supervision: Supervision = {
    store: patientStore(store, {
      note: (text) => emit({ kind: 'note', text }),
      halted: halt.signal,
      leaseMilliseconds: options.leaseMilliseconds,
    }),
    sweep,
    plan: readSweepPlan(sweep.plan),
    owner,
    watch: watchLeases(owner, options.leaseMilliseconds),
    memory: watchMemory(options.memoryKills),
    options,
    emit,
    active: new Map(),
    halted: halt.signal,
    fail: (error) => {
      failures.push(error);
      halt.abort();
    },
    isDraining: () => halt.signal.aborted || options.drain?.aborted === true,
    waitForWork: () => waitForWork(supervision),
  };
  const forget = obey(supervision, halt);
  await runSlots(supervision).finally(forget);
  if (failures.length > 0) throw failures[0];
  return endSupervision(supervision);
}

/** Follows the signals of the one who runs the sweep. */
function obey({ options, emit }: Supervision, halt: AbortController): () => void {
  const onStop = (): void => halt.abort();
  const onDrain = (): void => emit({ kind: 'draining' });
  options.stop?.addEventListener('abort', onStop);
  options.drain?.addEventListener('abort', onDrain);
  if (options.stop?.aborted) halt.abort();
  return () => {
    options.stop?.removeEventListener('abort', onStop);
    options.drain?.removeEventListener('abort', onDrain);
  };
}

async function runSlots(supervision: Supervision): Promise<void> {
  const { options, fail } = supervision;
  await recover(supervision);
  const { planned, leased } = await countPart(supervision);
  const count = Math.min(options.workers, planned + leased);
  const heart = beat(supervision);
  await Promise.all(Array.from({ length: count }, (_, i) => runSlot(supervision, i + 1).catch(fail)));
  await heart.stop();
}

/** Of what this supervisor is to train: the sweep, or its shard. */
function countPart({ store, sweep, options }: Supervision): Promise<TrialCounts> {
  return store.countTrials(sweep.id, options.shard);
}

async function endSupervision(supervision: Supervision): Promise<Supervised> {
  const { store, emit, options, isDraining } = supervision;
  const sweep = await store.findSweep(`#${supervision.sweep.id}`);
  // Of trials that ended while nobody who knew of their checkpoint was there.
  if (options.checkpoints !== undefined) await tidyCheckpoints(options.checkpoints, store, sweep);
  const counts = await countPart(supervision);
  const interrupted = isDraining() && !isFinished(counts);
  emit({ kind: 'ended', counts, interrupted, ...(options.shard && { shard: options.shard }) });
  return { sweep, counts, interrupted };
}

/** Renews the leases in time and looks after what dead supervisors left; `stop` waits for the last beat. */
function beat(supervision: Supervision): { stop: () => Promise<void> } {
  const interval = heartbeat(supervision.options.leaseMilliseconds);
  let last = Promise.resolve();
  const timer = setInterval(() => {
    // Renewed first: after a sleep of the machine its own leases have run out, too.
    last = last
      .then(() => renew(supervision))
      .then(() => recover(supervision))
      .catch(supervision.fail);
  }, interval);
  return {
    stop: () => {
      clearInterval(timer);
      return last;
    },
  };
}

async function renew(supervision: Supervision): Promise<void> {
  const { store, active, options, emit } = supervision;
  const fences = [...active.values()].map((each) => each.lease);
  for (const { trialId } of await store.renewLeases(fences, options.leaseMilliseconds)) {
    const each = active.get(trialId);
    if (each) endActive(each, 'stale');
  }
  emit({ kind: 'counts', counts: await countPart(supervision) });
}

async function recover({ store, sweep, options, watch, emit }: Supervision): Promise<void> {
  const gone = watch(await store.leases(sweep.id));
  for (const lost of await store.recoverTrials({ maxAttempts: options.maxAttempts, gone }))
    emit({
      kind: 'lost',
      worker: 0,
      index: lost.index,
      attempt: lost.attempt,
      again: lost.again,
      reason: lost.reason,
    });
}

/** How often a slot that has nothing to do asks again, in milliseconds. */
const askAgain = 500;

async function waitForWork(supervision: Supervision): Promise<boolean> {
  const { store, sweep, options, isDraining, halted } = supervision;
  while (!isDraining()) {
    await settle(supervision);
    // Counting a large sweep takes longer than leasing from it.
    if (await store.hasWork(sweep.id, options.shard)) return true;
    const counts = await countPart(supervision);
    if (isFinished(counts) || (await options.leaves?.())) return false;
    await sleep(askAgain, undefined, { signal: halted }).catch(() => {});
    await recover(supervision);
  }
  return false;
}

/** With halving: whoever asks for work finds out whether a rung can be decided. */
async function settle({ store, sweep, plan, options, emit }: Supervision): Promise<void> {
  if (plan.earlyStopping?.kind !== 'halving') return;
  const settled = await settleRungs(store, sweep, plan.earlyStopping);
  for (const settlement of settled) emit({ kind: 'settled', ...settlement });
  if (settled.length === 0) return;
  emit({ kind: 'counts', counts: await store.countTrials(sweep.id) });
  if (options.checkpoints !== undefined) await tidyCheckpoints(options.checkpoints, store, sweep);
}
