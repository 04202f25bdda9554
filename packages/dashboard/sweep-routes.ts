/** Sweeps: all of them, and one with its workers, speed and failures. */
import type { Store, StoredTrial, Sweep } from '@netspace/store/store';
import type { Annotation, LeasedTrial } from '@netspace/store/watch';
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { serveKept } from './route.ts';
import { measureSpeed, type SweepSpeed } from './sweep-progress.ts';
import type { SweepDetail, SweepSummary, WorkerRow } from './sweep-schema.ts';

const mostFailures = 100;
/** Milliseconds: the speed is that of the trials of the last day at most. */
const day = 24 * 3600 * 1000;
const none: Annotation = { note: '', tags: [] };

export function serveSweeps(server: FastifyInstance, { store, answers }: Context): void {
  const keeping = { answers, ages: true };
  serveKept(server, endpoints.sweeps, keeping, async () => {
    const [sweeps, annotations] = await Promise.all([store.sweeps(), store.sweepAnnotations()]);
    const running = await readRunning(store, sweeps);
    return {
      sweeps: sweeps.map((sweep) => summarise(sweep, annotations.get(sweep.id), running.get(sweep.id))),
    };
  });

  serveKept(server, endpoints.sweep, keeping, async ({ params }): Promise<SweepDetail> => {
    const sweep = await store.findSweep(`#${params.sweep}`);
    const plan: unknown = JSON.parse(sweep.plan);
    const [annotations, all, failed, spaces] = await Promise.all([
      store.sweepAnnotations(),
      readRunning(store, [sweep]),
      readFailures(store, sweep),
      spacesOf(plan, store, sweep.id),
    ]);
    const running = all.get(sweep.id);
    return {
      ...summarise(sweep, annotations.get(sweep.id), running),
      plan,
      spaces,
      workers: (running?.leased ?? []).map(describeWorker),
      failures: failed.toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0)).map(describeFailure),
    };
  });
}

/** Trials come with their curves, so no more are read than are shown. */
async function readFailures(store: Store, { id, counts }: Sweep): Promise<readonly StoredTrial[]> {
  if (counts.failed + counts.diverged === 0) return [];
  return store.trials(id, { statuses: ['failed', 'diverged'], limit: mostFailures, sort: '-index' });
}

interface Running {
  readonly leased: readonly LeasedTrial[];
  readonly speed: SweepSpeed;
}

/** Of the sweeps that somebody trains; where there is none, nothing is asked. */
async function readRunning(store: Store, sweeps: readonly Sweep[]): Promise<ReadonlyMap<number, Running>> {
  const busy = sweeps.filter(({ counts }) => counts.leased > 0);
  if (busy.length === 0) return new Map();
  const { now } = await store.state();
  const ended = await store.endedSince(now - day);
  const running = await Promise.all(
    busy.map(async ({ id, remainingCost }): Promise<[number, Running]> => {
      const leased = await store.leasedTrials(id);
      const own = ended.filter(({ sweepId }) => sweepId === id);
      return [id, { leased, speed: measureSpeed(own, leased, remainingCost, now) }];
    }),
  );
  return new Map(running);
}

function summarise(sweep: Sweep, annotation: Annotation = none, running?: Running): SweepSummary {
  const { plan: _plan, ...rest } = sweep;
  return {
    ...rest,
    ...running?.speed,
    counts: { ...sweep.counts },
    annotation: { note: annotation.note, tags: [...annotation.tags] },
  };
}

/** The names in the plan; of imported trials, those that they carry. */
async function spacesOf(plan: unknown, store: Store, sweepId: number): Promise<string[]> {
  const { spaces } = plan as { readonly spaces?: readonly { readonly name?: unknown }[] };
  if (Array.isArray(spaces)) return spaces.map(({ name }) => String(name));
  return [...(await store.spaces(sweepId))];
}

function describeWorker({ lastEpoch, recipe, cost: _cost, ...rest }: LeasedTrial): WorkerRow {
  const epochs = Number(recipe?.['epochs']);
  return {
    ...rest,
    epoch: lastEpoch?.epoch ?? 0,
    ...(Number.isInteger(epochs) && { epochs }),
    ...(lastEpoch?.imagesPerSecond !== undefined && { imagesPerSecond: lastEpoch.imagesPerSecond }),
    ...(lastEpoch?.validationError !== undefined && { validationError: lastEpoch.validationError }),
  };
}

function describeFailure(trial: StoredTrial): SweepDetail['failures'][number] {
  const { id, index, space, attempt, reason, finishedAt } = trial;
  return {
    trialId: id,
    index,
    space,
    status: trial.status === 'failed' ? 'failed' : 'diverged',
    attempt,
    ...(reason !== undefined && { reason }),
    ...(finishedAt !== undefined && { finishedAt }),
  };
}
