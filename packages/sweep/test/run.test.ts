import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parsePlan } from '../plan.ts';
import type { SweepEvent } from '../sweep-event.ts';
import { inputShape, runPlan } from '../run.ts';
import { planTrials, trialSeed } from '../trials.ts';
import { checkBuild, fakeWorker } from './processes.ts';

const small = (name: string, networks: number): string => `
  - name: ${name}
    space:
      extends: anynet-a
      stem: { kind: cifar, width: 8 }
      dimensions:
        depth: { kind: uniform, low: 1, high: 4, step: 1 }
        width: { kind: uniform, low: 8, high: 64, step: 8 }
    networks: ${networks}`;

const makePlan = ({ name = 'small', seed = 1, spaces = small('a', 4) + small('b', 3) } = {}) =>
  parsePlan(
    `name: ${name}\nseed: ${seed}\nspaces:${spaces}\ndata: fashion-mnist-12k\nrecipe: { epochs: 2 }\n`,
    'small.yaml',
  );
const input = await inputShape(makePlan());
const trialsOf = (plan: ReturnType<typeof makePlan>) => planTrials(plan, input).trials;

describe('the trials of a plan', () => {
  it('are refused where colours of grey images are to change', async () => {
    const plan = parsePlan(
      `name: grey\nseed: 1\nspaces:${small('a', 1)}\ndata: fashion-mnist-12k\nrecipe: { augmentation: { colorJitter: 0.1 } }\n`,
      'grey.yaml',
    );
    await expect(inputShape(plan)).rejects.toThrow('leave colorJitter out of the augmentation');
  });

  it('are the same every time', () => {
    expect(trialsOf(makePlan())).toEqual(trialsOf(makePlan()));
  });

  it('are other ones with another seed', () => {
    const [one, two] = [trialsOf(makePlan()), trialsOf(makePlan({ seed: 2 }))];
    expect(two.map((trial) => trial.network)).not.toEqual(one.map((trial) => trial.network));
    expect(two.map((trial) => trial.seed)).not.toEqual(one.map((trial) => trial.seed));
  });

  it('follow the order of the spaces, as many of each as asked for', () => {
    const spaces = trialsOf(makePlan()).map((trial) => trial.space);
    expect(spaces).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'b']);
  });

  it('of one space stay the same when another one is added behind', () => {
    const alone = trialsOf(makePlan({ spaces: small('a', 4) }));
    expect(trialsOf(makePlan()).slice(0, 4)).toEqual(alone);
  });

  it('of two spaces of the same kind differ, since each has its own random numbers', () => {
    const networks = trialsOf(makePlan()).map((trial) => JSON.stringify(trial.network));
    expect(networks.slice(4)).not.toEqual(networks.slice(0, 3));
  });

  it('cost in proportion to their epochs', () => {
    const longer = makePlan();
    const six = { ...longer, sweep: { ...longer.sweep, recipe: { ...longer.sweep.recipe, epochs: 6 } } };
    const costs = trialsOf(makePlan()).map(({ cost }) => cost);
    for (const [i, { cost }] of trialsOf(six).entries()) expect(cost / (costs[i] ?? 0)).toBeCloseTo(3, 9);
    expect(Math.min(...costs)).toBeGreaterThan(0);
  });

  it('cannot be more than the window of a space holds: says where and why', () => {
    // Two networks, one of them in the window.
    const tiny = `
  - name: b
    space:
      extends: anynet-a
      stages: 1
      stem: { kind: cifar, width: 8 }
      dimensions: { depth: [1], width: [8, 64], groupWidth: [8], bottleneckRatio: [1] }
    networks: 2
    window: { params: 1:4k }`;
    expect(() => trialsOf(makePlan({ spaces: small('a', 4) + tiny }))).toThrow(
      expect.objectContaining({
        code: 'plan',
        message: expect.stringMatching(
          /^small\.yaml:12:5: .*1 of 2 networks after .*; ask for 1, or widen the space$/,
        ),
      }),
    );
  });

  it('have seeds that are whole, below 2^32, and hardly ever equal', () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => trialSeed(1, index));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    expect(new Set(seeds).size).toBe(1000);
  });

  it('have the seeds that they had when this was written', () => {
    expect([0, 1, 2, 19].map((index) => trialSeed(1, index))).toEqual([
      3571765697, 1073562140, 2494536089, 1981481671,
    ]);
  });
});

describe('running a plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-run-'));
  let files = 0;
  let store: Store;

  beforeAll(checkBuild);
  beforeEach(async () => {
    store = await openSqliteStore(join(folder, `store-${files++}.db`));
  });
  afterEach(() => store.close());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (plan: ReturnType<typeof makePlan>) => {
    const events: SweepEvent[] = [];
    const onEvent = (event: SweepEvent): void => void events.push(event);
    const result = await runPlan(plan, store, { workers: 2, workerEntry: fakeWorker, onEvent });
    const notes = events.flatMap((event) => (event.kind === 'note' ? event.text : []));
    return { ...result, events, notes };
  };

  it('trains all of its trials', async () => {
    const { sweep, alreadyFinished, events } = await run(makePlan());
    expect(alreadyFinished).toBe(false);
    expect(sweep).toMatchObject({ name: 'small', counts: { completed: 7 } });
    expect(events[0]).toMatchObject({ kind: 'planned', resumed: false, counts: { planned: 7 } });
    expect(events.at(-1)).toMatchObject({ kind: 'ended', interrupted: false });
  });

  it('again trains nothing, says so, and takes less than a second', async () => {
    await run(makePlan());
    const begin = performance.now();
    const { alreadyFinished, notes, events } = await run(makePlan());
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(alreadyFinished).toBe(true);
    expect(notes).toEqual(['nothing is left to train: all trials of small have ended']);
    expect(events.filter((event) => event.kind === 'started')).toEqual([]);
  });

  it('trains only what is left of one that was interrupted', async () => {
    const drain = new AbortController();
    const options = {
      workers: 1,
      workerEntry: fakeWorker,
      drain: drain.signal,
      onEvent: (event: SweepEvent) => event.kind === 'finished' && drain.abort(),
    };
    const first = await runPlan(makePlan(), store, options);
    expect(first).toMatchObject({ interrupted: true, sweep: { counts: { completed: 1, planned: 6 } } });
    const { events, sweep } = await run(makePlan());
    expect(events[0]).toMatchObject({ kind: 'planned', resumed: true, counts: { completed: 1 } });
    expect(events.filter((event) => event.kind === 'started')).toHaveLength(6);
    expect(sweep.counts.completed).toBe(7);
  });

  it('that has changed under its name makes a new sweep, and says so', async () => {
    const before = await run(makePlan());
    const after = await run(makePlan({ seed: 2 }));
    expect(after.sweep.id).not.toBe(before.sweep.id);
    expect(after.notes[0]).toMatch(/the plan small has changed: this is a new sweep, #2; .* stays as #1/);
    expect(await store.sweeps()).toHaveLength(2);
  });

  it('that has changed its name alone is the sweep that it was, and says so', async () => {
    const before = await run(makePlan());
    const after = await run(makePlan({ name: 'tiny' }));
    expect(after.sweep.id).toBe(before.sweep.id);
    expect(after.notes[0]).toMatch(/in the store as small \(#1\)/);
    expect(after.alreadyFinished).toBe(true);
  });
});
