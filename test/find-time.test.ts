/** The time that `netspace find` is given is kept by the clock, on machines that are much slower than they were measured to be. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchRequest } from '@netspace/search/request';
import { search } from '@netspace/search/search';
import { openSqliteStore } from '@netspace/store/sqlite';
import { referenceRates } from '@netspace/sweep/cost';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { writeStripes } from './stripes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-find-time-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

writeStripes(join(folder, 'stripes'), { train: 240, test: 60 });

/** Of a machine that trains an epoch of these networks in a quarter of a second. */
const { flop, activation, layer } = referenceRates;
const rates = {
  step: { flop: 40 * flop, activation: 40 * activation, layer: 2 * layer },
  evaluationShare: 0.4,
  begin: { training: 0.02, layer: 0.001 },
  processStart: 0.5,
};

/** A search by a worker that takes so much longer for each step; how long it took, in seconds, what it found and its report. */
async function findWith(name: string, stepMilliseconds: number, time: number) {
  vi.stubEnv('NETSPACE_STEP_MILLISECONDS', String(stepMilliseconds));
  vi.stubEnv('NETSPACE_DATA', join(folder, 'cache'));
  const request: SearchRequest = {
    data: join(folder, 'stripes'),
    budget: { flops: 200e3 },
    space: 'regnetx',
    seed: 1,
    threads: 1,
    time,
    effort: { candidates: 6 },
  };
  const place = join(folder, name);
  const store = await openSqliteStore(join(folder, `${name}.db`));
  const begun = performance.now();
  const clock = {
    now: () => (performance.now() - begun) / 1000,
    after: (seconds: number, call: () => void) => {
      const timer = setTimeout(call, 1000 * seconds);
      return () => clearTimeout(timer);
    },
  };
  const run = {
    workers: 2,
    rates,
    checkpoints: join(folder, `${name}.checkpoints`),
    workerEntry: new URL('./slow-worker.mjs', import.meta.url),
  };
  try {
    const finding = await search(request, place, { store, run, note: () => {}, provenance: {}, clock });
    const seconds = clock.now();
    return { seconds, finding, report: readFileSync(join(place, 'report.html'), 'utf8') };
  } finally {
    await store.close();
  }
}

describe('netspace find with a time', () => {
  it('shortens the finals on a machine that is slower than measured, and says so', async () => {
    const { seconds, finding, report } = await findWith('slow', 100, 40);
    expect(seconds).toBeLessThan(1.1 * 40);
    expect(finding?.time).toMatchObject({ given: 40 });
    expect(finding?.finals.epochs).toBeLessThan(finding?.record.effort.finalEpochs ?? 0);
    expect(finding?.finalists.map(({ kind }) => kind)).toContain('published');
    const said = finding?.time?.shortened.join('\n') ?? '';
    expect(said).toMatch(/the finals have .* instead of .*, since trainings take \d+\.\d times as long/);
    for (const line of finding?.time?.shortened ?? [])
      expect(report.replaceAll('&#39;', "'")).toContain(line);
  }, 120_000);

  it('ends with the candidates as they were where finals cannot be trained any more', async () => {
    // An epoch takes some 20 seconds, more than candidates leave; they themselves have time for two.
    const { seconds, finding, report } = await findWith('slower', 2000, 60);
    expect(seconds).toBeLessThan(1.1 * 60);
    expect(finding?.recommended.kind).toBe('found');
    expect(finding?.finalists.map(({ kind }) => kind)).not.toContain('published');
    expect(report).toContain('no network of the finals was trained for one epoch');
  }, 120_000);

  it('gives up in time, in a sentence, where not one epoch can be trained', async () => {
    const begun = performance.now();
    await expect(findWith('slowest', 5000, 20)).rejects.toThrow(
      /before any candidate was trained for one epoch: give more than --time 20 s, a smaller budget/,
    );
    expect(performance.now() - begun).toBeLessThan(1.1 * 20_000);
  }, 60_000);
});
