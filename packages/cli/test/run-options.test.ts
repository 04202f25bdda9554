import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlan } from '@netspace/sweep/plan';
import { formatSweepPlan, planHash } from '@netspace/sweep/plan-hash';
import { planTrials } from '@netspace/sweep/trials';
import { openSqliteStore } from '@netspace/store/sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-run-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = `name: small
seed: 3
spaces:
  - networks: 5
    space:
      extends: anynet-a
      stages: 1
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1], width: [8, 16, 24, 32], groupWidth: [4, 8], bottleneckRatio: [1, 2] }
data: { name: fashion-mnist-12k, limit: 300 }
`;
const file = join(folder, 'small.yaml');
writeFileSync(file, text);
const plan = parsePlan(text, file);

describe('a run that is only tried', () => {
  const store = join(folder, 'store.db');
  const words = ['run', file, '--store', store, '--dry-run', '--workers', '2'];

  it('says what it would train, and makes no store', () => {
    expect(netspaceJson([...words, '--json'])).toMatchObject([
      { planHash: planHash(plan.sweep), trials: 5, left: 5, workers: 2, threads: 1 },
    ]);
    expect(existsSync(store)).toBe(false);
  });

  it('of a sweep that is there tells what is left of it, and of the part that is asked for', async () => {
    const opened = await openSqliteStore(store);
    const { trials } = planTrials(plan, { resolution: 28, channels: 1, classes: 10 });
    const sweep = { name: 'small', planHash: planHash(plan.sweep), plan: formatSweepPlan(plan.sweep) };
    const { id } = (await opened.addSweep(sweep, trials)).sweep;
    const lease = await opened.leaseTrial(id, { owner: 'me', milliseconds: 1000 });
    if (!lease) throw new Error('no trial to lease');
    await opened.finishTrial(lease, { status: 'completed', error: 0.5 });
    await opened.close();
    const { code, stdout } = netspace(words);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'would resume small, #1: 1 completed, 4 waiting\nwould train 4 of 5 trials by 2 workers',
    );
    const parts = ['1/2', '2/2'].map((shard) => netspaceJson([...words, '--shard', shard, '--json'])[0]);
    const done = lease.trial.index % 2;
    expect(parts).toMatchObject([
      { trials: 3, left: done === 0 ? 2 : 3 },
      { trials: 2, left: done === 1 ? 1 : 2 },
    ]);
  });

  it('with other threads is another sweep, for they determine results', () => {
    const threads = ['--threads', '2'];
    const [dry] = netspaceJson([...words, ...threads, '--json']);
    expect(dry).toMatchObject({ left: 5, threads: 2 });
    expect(dry).not.toHaveProperty('resumes');
    expect(dry).not.toMatchObject({ planHash: planHash(plan.sweep) });
    const written = parsePlan(`${text}workers: { threads: 2 }\n`, file);
    expect(dry).toMatchObject({ planHash: planHash(written.sweep) });
    const [planned] = netspaceJson(['plan', file, ...threads, '--no-estimate', '--json']);
    expect(planned).toMatchObject({ hash: planHash(written.sweep) });
  });
});

it.each([
  ['--trial-limit', 'soon', 'a time such as 90s'],
  ['--worker-memory', '3', 'a number of bytes'],
  ['--worker-memory', 'much', 'a number of bytes'],
  ['--worker-trials', '0', 'a whole number of at least 1'],
  ['--worker-age', '12', 'a time such as'],
  ['--threads', '1.5', 'a whole number'],
])('run %s %s is refused with a word on what it must be', (option, value, word) => {
  const { code, stderr } = netspace(['run', file, option, value]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${option} ${value}: it must be ${word}`);
});
