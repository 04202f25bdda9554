import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import { checkpointFolder, checkpointPath } from '@netspace/sweep/checkpoints';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleTrial } from '../../store/test/contract.ts';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-trial-'));
const store = join(folder, 'store.db');
const planHash = 'abcdef0123456789abcdef';
const evaluation = {
  bestEpoch: 2,
  k: 2,
  topKError: 0.125,
  calibrationError: 0.0321,
  classErrors: [0.25, null, 0.5],
  confusion: [
    [6, 0, 2],
    [0, 0, 0],
    [1, 1, 2],
  ],
};
afterAll(() => rmSync(folder, { recursive: true }));

/** Trial 1 was stopped by halving, trial 2 completed with another learning rate, trial 3 waits to go on from its checkpoint. */
beforeAll(async () => {
  const opened = await openSqliteStore(store);
  const plan = JSON.stringify({
    data: { name: 'nowhere' },
    recipe: { epochs: 3 },
    spaces: [],
    threads: 1,
    seed: 1,
  });
  const drawn = (cost: number, learningRate: number) => {
    const trial = exampleTrial(cost);
    return { ...trial, recipe: { ...trial.recipe, learningRate } };
  };
  const trials = [drawn(3, 0.1), drawn(2, 0.025), drawn(1, 0.4)];
  const { sweep } = await opened.addSweep({ name: 'kept', planHash, plan }, trials);
  for (const stopped of [{ stopped: { by: 'halving', epoch: 2 } } as const, {}]) {
    const lease = await opened.leaseTrial(sweep.id, { owner: 'me', milliseconds: 60_000 });
    if (!lease) throw new Error('no trial to lease');
    await opened.recordEpoch(lease, { epoch: 1, trainLoss: 2, validationError: 0.5, emaError: 0.75 });
    await opened.finishTrial(lease, {
      status: 'completed',
      error: 0.25,
      bestError: 0.2,
      evaluation,
      ...stopped,
    });
  }
  await opened.close();
  mkdirSync(checkpointFolder(store));
  writeFileSync(checkpointPath(checkpointFolder(store), { planHash }, 2), 'x'.repeat(1_500_000));
});

describe('a trial', () => {
  it('tells what stopped it, what its predictions are worth, its recipe and its curve', () => {
    const { stdout } = netspace(['trial', '1', '--store', store]);
    expect(stdout).toContain(
      'trial 1 of space anynet-a: completed, stopped by halving after epoch 2, error 25.00 % (least of all epochs 20.00 %, epoch 2)',
    );
    expect(stdout).toContain('recipe: epochs 3, learningRate 0.1, schedule cos, nesterov false');
    expect(stdout).toContain('top-2 error 12.50 %, calibration error 3.21 %');
    expect(stdout).toMatch(/0 +25\.00 % +2 \(2 images\)\s+1 +– +–\s+2 +50\.00 % +0 \(1 images\)/);
    expect(stdout).toContain('validation error 50.00 %  error of the average 75.00 %');
    expect(stdout).not.toContain('checkpoint');
  });

  it('has all of it as JSON', () => {
    const [trial] = netspaceJson(['trial', '1', '--store', store, '--json']);
    expect(trial).toMatchObject({ stopped: { by: 'halving', epoch: 2 }, evaluation, bestError: 0.2 });
  });

  it('that has begun tells where its checkpoint is', () => {
    const path = checkpointPath(checkpointFolder(store), { planHash }, 2);
    expect(netspace(['trial', '3', '--store', store]).stdout).toContain(
      `checkpoint: ${path}, 1.5 MB, written 20`,
    );
    expect(netspaceJson(['trial', '3', '--store', store, '--json'])[0]).toMatchObject({
      checkpoint: { path, bytes: 1_500_000, writtenAt: expect.any(Number) },
    });
  });
});

describe('a sweep with trials that were stopped early', () => {
  it('counts them', () => {
    expect(netspaceJson(['status', '--store', store, '--json'])[0]).toMatchObject({ stopped: 1, waiting: 0 });
    expect(netspace(['status', '--store', store]).stdout).toMatch(/completed +stopped/);
  });

  it('marks them in the list, and exports them', () => {
    expect(netspace(['trials', 'kept', '--store', store]).stdout).toContain(
      'completed, stopped by halving after epoch 2',
    );
    const exported = netspaceJson(['export', 'kept', '--store', store]);
    expect(exported).toMatchObject([
      { stopped: { by: 'halving', epoch: 2 }, evaluation, recipe: { learningRate: 0.1 } },
      { evaluation, recipe: { learningRate: 0.025 } },
      { status: 'planned' },
    ]);
    expect(exported[1]).not.toHaveProperty('stopped');
  });

  it('is analysed with its drawn learning rates as a parameter, and with a word on what was stopped', () => {
    const [analysis] = netspaceJson(['analyze', 'kept', '--store', store, '--json']);
    expect(analysis).toMatchObject({
      groups: [{ n: 2, stopped: 1, parameters: { learningRate: { low: 0.025, high: 0.1 } } }],
      notes: expect.arrayContaining([expect.stringMatching(/^1 of 2 networks was stopped early/)]),
    });
  });
});
