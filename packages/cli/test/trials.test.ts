import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-trials-'));
const store = join(folder, 's.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the trials of a sweep', () => {
  const trials = Array.from({ length: 8 }, (_, i) => ({
    space: i < 4 ? 'narrow' : 'wide',
    network: { stages: [{ depth: 1 + i, width: 16, stride: 2, bottleneckRatio: 1, groupWidth: 8 }] },
    ...(i === 7 ? { status: 'failed' } : { status: 'completed', error: 0.5 - i / 20 }),
    recipe: { learningRate: i % 2 === 0 ? 0.1 : 0.2 },
  }));
  const ask = (...words: string[]) => netspace(['trials', 'all', '--store', store, ...words]);
  const depths = (...words: string[]) =>
    netspaceJson(['trials', 'all', '--store', store, '--json', ...words]).map(
      (trial) => (trial as (typeof trials)[number]).network.stages[0]?.depth,
    );

  beforeAll(() => {
    const file = join(folder, 'all.jsonl');
    writeFileSync(file, trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
    netspaceJson(['import', file, '--store', store, '--json']);
  });

  it('are found by a filter and ordered by columns, page by page, with the number of all', () => {
    expect(depths('--where', 'learningRate = 0.1 and error < 45%')).toEqual([3, 5, 7]);
    expect(depths('--where', 'space = wide', '--sort', '-error')).toEqual([5, 6, 7, 8]);
    const page = ['--sort', '-depth', '--limit', '2', '--offset', '3'];
    expect(depths(...page)).toEqual([5, 4]);
    expect(ask(...page).stderr).toBe('4 to 5 of 8 trials; --offset 5 --limit 2 shows the next\n');
    expect(ask('--where', 'error = none', '--count').stdout).toBe('1\n');
    expect(ask('--where', 'depth > 5', '--count', '--json').stdout).toBe('{"trials":3}\n');
  });

  it('are not looked for with a filter that is wrong, which is an error of usage', () => {
    expect(ask('--where', 'dept > 5')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'netspace: filter, position 1: there is no column "dept"; did you mean depth?\n',
    });
    expect(ask('--sort', '-flosp').code).toBe(2);
  });

  it('of elsewhere are not planned again, and nothing is cancelled or deleted by a dry run', () => {
    const words = (verb: string) => [verb, 'all', '--store', store, '--dry-run'];
    expect(netspace(words('retry'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was imported: it has no plan to train by'),
    });
    expect(netspaceJson([...words('cancel'), '--json'])).toEqual([{ sweep: 1, trials: 0, dryRun: true }]);
    expect(netspace(words('delete')).stdout).toBe('all (#1) and its 8 trials would be removed\n');
    expect(depths()).toHaveLength(8);
  });
});
