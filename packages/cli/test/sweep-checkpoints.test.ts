import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import { checkpointFolder, checkpointPath } from '@netspace/sweep/checkpoints';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleTrial } from '../../store/test/contract.ts';
import { netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-checkpoints-'));
const store = join(folder, 'store.db');
const checkpoints = checkpointFolder(store);
const [cancelled, deleted] = [{ planHash: 'aaaaaaaaaaaaaaaaaaaa' }, { planHash: 'bbbbbbbbbbbbbbbbbbbb' }];
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const opened = await openSqliteStore(store);
  for (const [name, { planHash }] of [
    ['cancelled', cancelled],
    ['deleted', deleted],
  ] as const)
    await opened.addSweep({ name, planHash, plan: '{"recipe":{},"data":{}}' }, [
      exampleTrial(1),
      exampleTrial(2),
    ]);
  await opened.close();
  mkdirSync(checkpoints);
  for (const plan of [cancelled, deleted])
    for (const index of [0, 1]) writeFileSync(checkpointPath(checkpoints, plan, index), 'state');
});

it('the checkpoints of a sweep that is cancelled go with it, those of others stay', () => {
  netspaceJson(['cancel', 'cancelled', '--store', store, '--json']);
  expect(readdirSync(checkpoints).toSorted()).toEqual(
    [0, 1].map((index) => basename(checkpointPath(checkpoints, deleted, index))),
  );
});

it('the checkpoints of a sweep stay when it is tried again, and go when it is deleted', () => {
  netspaceJson(['retry', 'deleted', '--store', store, '--json']);
  expect(readdirSync(checkpoints)).toHaveLength(2);
  netspaceJson(['delete', 'deleted', '--yes', '--store', store, '--json']);
  expect(existsSync(checkpoints)).toBe(false);
});
