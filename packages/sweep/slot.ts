/** One place for a worker: it keeps a process there and hands it trial after trial. */
import { trainLeased } from './leased-trial.ts';
import { checkData } from './sweep-data.ts';
import type { Supervision } from './supervision.ts';
import { startWorker, WorkerGoneError, type WorkerHandle } from './worker-handle.ts';

/** Starts that may fail one after another before the sweep gives up. */
const startAttempts = 3;

/** A worker in its slot, with what decides when it makes way for a fresh one. */
interface Seat {
  readonly worker: WorkerHandle;
  readonly trials: number;
  readonly memory: number;
  /** When it was started, by a clock that is never set. */
  readonly since: number;
}

/** Trains trials until none is left or the supervision drains. `slot` counts from 1. */
export async function runSlot(supervision: Supervision, slot: number): Promise<void> {
  const { store, sweep, owner, options, emit, isDraining, waitForWork } = supervision;
  let seat: Seat | undefined;
  try {
    while (await waitForWork()) {
      seat = await takeSeat(supervision, slot, seat);
      if (!seat || isDraining()) break;
      const { leaseMilliseconds: milliseconds, shard } = options;
      const terms = { owner, milliseconds, ...(shard && { shard }) };
      const lease = await store.leaseTrial(sweep.id, terms);
      if (!lease) continue;
      const end = await trainLeased(supervision, slot, seat.worker, lease);
      seat = end && { ...seat, trials: seat.trials + 1, memory: end.memory };
    }
  } finally {
    await seat?.worker.leave();
    emit({ kind: 'worker', worker: slot, state: 'gone' });
  }
}

/** The worker that is there, or a fresh one where there is none or it has grown old; undefined when stopped meanwhile. */
async function takeSeat(
  supervision: Supervision,
  slot: number,
  seat: Seat | undefined,
): Promise<Seat | undefined> {
  if (seat && !hasGrownOld(seat, supervision.options)) return seat;
  await seat?.worker.leave();
  const worker = await startPatiently(supervision, slot);
  return worker && { worker, trials: 0, memory: 0, since: performance.now() };
}

function hasGrownOld({ trials, memory, since }: Seat, options: Supervision['options']): boolean {
  const { trialsPerWorker, workerMemory, workerMilliseconds } = options;
  const age = performance.now() - since;
  return trials >= trialsPerWorker || memory >= workerMemory || age >= workerMilliseconds;
}

async function startPatiently(supervision: Supervision, slot: number): Promise<WorkerHandle | undefined> {
  const { store, sweep, plan, options, halted, isDraining, emit } = supervision;
  emit({ kind: 'worker', worker: slot, state: 'starting' });
  for (let failures = 0; ;) {
    try {
      const settings = { entry: options.workerEntry, data: plan.data, threads: plan.threads };
      const worker = await startWorker(settings, halted);
      await checkData(store, sweep, worker.provenance).catch((error: unknown) => {
        worker.kill();
        throw error;
      });
      emit({ kind: 'worker', worker: slot, state: 'idle', pid: worker.pid });
      return worker;
    } catch (error) {
      // Ctrl-C in a terminal reaches a worker before it can know that it should wait for its supervisor's word.
      if (isDraining()) return undefined;
      if (!(error instanceof WorkerGoneError)) throw error;
      if (++failures === startAttempts)
        throw new WorkerGoneError(`a worker could not be started: ${error.message}`, { cause: error });
    }
  }
}
