import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@netspace/store/open';
import { addPlan, train } from '@netspace/store/merge-contract';
import { startTestPostgres } from '@netspace/store/test-postgres';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

// Each test starts several processes, which takes its time on a loaded machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'netspace-merge-'));
const postgres = await startTestPostgres();
const shards = ['one.db', 'two.db'].map((name) => join(folder, name));

beforeAll(async () => {
  for (const [i, shard] of shards.entries()) {
    const store = await openStore(shard);
    await train(store, i === 0 ? [0, 2, 4] : [1, 3, 5]);
    await store.close();
  }
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

it.each([
  ['a file', async () => join(folder, 'all.db')],
  ...(postgres ? [['PostgreSQL', () => postgres.newDatabase()] as const] : []),
] as const)('shards in files become one sweep in %s', async (_where, locate) => {
  const target = await locate();
  const dry = netspaceJson(['merge', ...shards, '--store', target, '--dry-run', '--json']);
  expect(dry).toMatchObject([{ taken: 3 }, { taken: 3 }]);
  expect(netspaceJson(['merge', ...shards, '--store', target, '--json'])).toMatchObject([
    { source: shards[0], sweep: 'first-look', added: true, taken: 3, same: 0, different: 0 },
    { source: shards[1], added: false, taken: 3 },
  ]);
  expect(netspaceJson(['status', '--store', target, '--json'])).toMatchObject([
    { name: 'first-look', counts: { completed: 6, planned: 0 }, leastError: 1 / 16 },
  ]);
  expect(netspace(['merge', ...shards, '--store', target]).stdout).toMatch(/first-look.* 0 .* 3 .* 0/);
});

it('a store that differs is refused with exit code 1, one that is missing or the same with 2', async () => {
  const [one = '', two = ''] = shards;
  const other = join(folder, 'other.db');
  const store = await openStore(other);
  await addPlan(store);
  await train(store, [0], 0.5);
  await store.close();
  expect(netspace(['merge', other, '--store', one])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('trial 1: completed with error 0.0625 here, completed with 0.5625 there'),
  });
  expect(netspace(['merge', other, '--store', one, '--prefer', 'first', '--json']).code).toBe(0);
  expect(netspace(['merge', join(folder, 'nowhere.db'), '--store', two]).code).toBe(2);
  expect(netspace(['merge', two, '--store', two]).code).toBe(2);
});
