import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EpochRecord } from '@netspace/population/trial';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkpointFolder, checkpointPath } from '../checkpoints.ts';
import { planHash } from '../plan-hash.ts';
import { parsePlan } from '../plan.ts';
import type { SweepEvent } from '../sweep-event.ts';
import { runPlan } from '../run.ts';
import { checkBuild } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-resume-'));
beforeAll(checkBuild);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = parsePlan(
  `name: real
seed: 1
spaces:
  - networks: 2
    space:
      extends: anynet-a
      stem: { kind: cifar, width: 8 }
      dimensions: { depth: [1], width: [8], groupWidth: [4], bottleneckRatio: [1, 2] }
data: { name: fashion-mnist-12k, limit: 640, validationShare: 0.2 }
recipe: { epochs: 4, batchSize: 64, augmentation: flip-crop, emaAlpha: 0.001 }
`,
  'real.yaml',
);

async function train(store: Store, onEvent: (event: SweepEvent) => void = () => {}) {
  const events: SweepEvent[] = [];
  const checkpoints = checkpointFolder(store.location);
  await runPlan(plan, store, {
    workers: 1,
    maxAttempts: 10,
    checkpoints,
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
  });
  expect(existsSync(checkpoints)).toBe(false);
  const curves: unknown[] = [];
  for await (const trial of store.population(1))
    curves.push({
      error: trial.error,
      curve: trial.curve?.map(withoutClock),
      evaluation: trial.evaluation,
    });
  await store.close();
  return { events, curves };
}

function withoutClock({ seconds: _s, imagesPerSecond: _i, ...rest }: EpochRecord): EpochRecord {
  return rest;
}

it('real trainings whose workers are killed between epochs end in the bits of undisturbed ones, and so do trials with a foreign checkpoint', async () => {
  const calm = await train(await openSqliteStore(join(folder, 'calm.db')));
  expect(calm.curves).toMatchObject(
    [1, 2].map(() => ({
      evaluation: {
        k: 5,
        bestEpoch: expect.any(Number),
        confusion: { length: 10 },
        classErrors: { length: 10 },
      },
    })),
  );

  const stormyStore = await openSqliteStore(join(folder, 'stormy.db'));
  const foreign = checkpointPath(
    checkpointFolder(stormyStore.location),
    { planHash: planHash(plan.sweep) },
    1,
  );
  mkdirSync(checkpointFolder(stormyStore.location));
  writeFileSync(foreign, 'what somebody else has put here\n');
  let worker = 0;
  const killedAt = new Set<number>();
  const stormy = await train(stormyStore, (event) => {
    if (event.kind === 'worker' && event.pid !== undefined) worker = event.pid;
    if (event.kind !== 'epoch' || event.record.epoch === 4 || killedAt.has(event.record.epoch)) return;
    killedAt.add(event.record.epoch);
    process.kill(worker, 'SIGKILL');
  });
  expect(stormy.curves).toEqual(calm.curves);
  expect(killedAt.size).toBeGreaterThanOrEqual(2);
  expect(stormy.events.filter((event) => event.kind === 'resumed').length).toBeGreaterThanOrEqual(2);
  expect(stormy.events).toContainEqual(
    expect.objectContaining({
      kind: 'note',
      text: expect.stringMatching(
        /^trial 2: its checkpoint cannot be used, so it begins anew \(.*not a checkpoint/,
      ),
    }),
  );
}, 120_000);
