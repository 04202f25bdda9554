/** Uniting stores, as tests: one suite, run against every store there is. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MergeResult, MergeTerms } from '../merge.ts';
import type { Store } from '../store.ts';
import { exampleTrial, type TestDatabase } from './contract.ts';

const sweep = { name: 'first-look', planHash: 'abcdef0123', plan: '{}' };
const minute = 60_000;

export async function addPlan(store: Store, count = 6): Promise<number> {
  const trials = Array.from({ length: count }, (_, i) => ({ ...exampleTrial(count - i), seed: i }));
  return (await store.addSweep(sweep, trials)).sweep.id;
}

/** Trains the trials of a plan at these places, with errors that follow from the place. */
export async function train(store: Store, places: readonly number[], shift = 0): Promise<void> {
  const sweepId = await addPlan(store);
  for (;;) {
    const lease = await store.leaseTrial(sweepId, { owner: 'me', milliseconds: minute });
    if (!lease) break;
    const error = (lease.trial.index + 1) / 16 + shift;
    if (!places.includes(lease.trial.index)) continue;
    await store.recordEpoch(lease, { epoch: 1, validationError: error });
    await store.finishTrial(lease, {
      status: 'completed',
      error,
      bestError: error,
      provenance: { threads: 1 },
    });
  }
  // Those of others were leased only to come to the next: they are given back.
  const gone = (await store.leases(sweepId)).map((lease) => ({ ...lease, reason: 'given back' }));
  await store.recoverTrials({ maxAttempts: 100, gone });
}

export async function merge(
  source: Store,
  target: Store,
  terms: Partial<MergeTerms> = {},
): Promise<MergeResult> {
  const from = await source.findSweep(sweep.planHash);
  return target.mergeSweep(
    { sweep, histories: () => source.histories(from.id) },
    { from: source.location, ...terms },
  );
}

/** A store as a table, without numbers and times that are each store's own. */
export async function table(store: Store): Promise<unknown[]> {
  const rows = [];
  const { id } = await store.findSweep(sweep.planHash);
  for await (const trial of store.population(id)) {
    const {
      id: _id,
      sweepId: _sweepId,
      startedAt: _begin,
      finishedAt: _end,
      attempt: _attempt,
      ...rest
    } = trial;
    rows.push(rest);
  }
  return rows;
}

export function describeMerging(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`merging into a store in ${name}`, () => {
    const opened: { store: Store; database: TestDatabase }[] = [];
    const open = async (): Promise<Store> => {
      const database = await makeDatabase();
      const store = await database.open();
      opened.push({ store, database });
      return store;
    };
    afterEach(async () => {
      for (const { store, database } of opened.splice(0)) {
        await store.close();
        await database.remove();
      }
    });

    it('makes of shards what one run would have made', async () => {
      const [whole, even, odd, target] = [await open(), await open(), await open(), await open()];
      await train(whole, [0, 1, 2, 3, 4, 5]);
      await train(even, [0, 2, 4]);
      await train(odd, [1, 3, 5]);
      expect(await merge(even, target)).toEqual({ added: true, taken: 3, same: 0, different: 0 });
      expect(await merge(odd, target)).toEqual({ added: false, taken: 3, same: 0, different: 0 });
      expect(await table(target)).toEqual(await table(whole));
      const merged = await target.findSweep('first-look');
      expect(merged).toMatchObject({ leastError: 1 / 16, counts: { completed: 6, planned: 0 } });
      const [first] = await target.trials(merged.id);
      const { attempts } = await target.trialHistory(first?.id ?? 0);
      expect(attempts.at(-1)).toMatchObject({ owner: 'me', status: 'completed', provenance: { threads: 1 } });
      expect(attempts.at(-1)?.curve).toEqual([{ epoch: 1, validationError: 1 / 16 }]);
    });

    it('changes nothing when it is repeated', async () => {
      const [source, target] = [await open(), await open()];
      await train(source, [0, 2, 4]);
      await merge(source, target);
      const before = await table(target);
      expect(await merge(source, target)).toEqual({ added: false, taken: 0, same: 3, different: 0 });
      expect(await table(target)).toEqual(before);
    });

    it('refuses different results for a trial, whole, unless it is told which to keep', async () => {
      const [source, target] = [await open(), await open()];
      await train(target, [0, 1]);
      await train(source, [1, 2], 0.25);
      const before = await table(target);
      await expect(merge(source, target)).rejects.toMatchObject({
        code: 'merge-conflict',
        message: expect.stringMatching(
          /other results for 1 trial of first-look \(trial 2: completed with error 0\.125 here, completed with 0\.375 there\); nothing .* was changed: --prefer first/,
        ),
      });
      expect(await table(target)).toEqual(before);
      const errors = async () =>
        (await target.trials((await target.findSweep(sweep.planHash)).id))
          .slice(0, 3)
          .map(({ error }) => error);
      expect(await merge(source, target, { prefer: 'first' })).toMatchObject({ taken: 1, different: 1 });
      expect(await errors()).toEqual([1 / 16, 0.125, 0.4375]);
      expect(await merge(source, target, { prefer: 'last' })).toMatchObject({
        taken: 1,
        same: 1,
        different: 1,
      });
      expect(await errors()).toEqual([1 / 16, 0.375, 0.4375]);
    });

    it('only tells what it would do when it is a rehearsal', async () => {
      const [source, target] = [await open(), await open()];
      await train(source, [0, 1]);
      expect(await merge(source, target, { dryRun: true })).toMatchObject({ added: true, taken: 2 });
      expect(await target.sweeps()).toEqual([]);
    });

    it('takes a result for what failed, never a failure for a result, and stops who trains what has one', async () => {
      const [source, target] = [await open(), await open()];
      const here = await addPlan(target, 3);
      const failing = await target.leaseTrial(here, { owner: 'me', milliseconds: minute });
      if (failing) await target.finishTrial(failing, { status: 'failed', reason: 'no memory' });
      const running = await target.leaseTrial(here, { owner: 'me', milliseconds: minute });
      const there = await addPlan(source, 3);
      for (let i = 0; i < 2; i++) {
        const lease = await source.leaseTrial(there, { owner: 'me', milliseconds: minute });
        if (lease) await source.finishTrial(lease, { status: 'completed', error: 0.5 });
      }
      expect(await merge(source, target)).toMatchObject({ taken: 2 });
      if (!running) throw new Error('no trial to lease');
      expect(await target.renewLeases([running], minute)).toHaveLength(1);
      const { attempts } = await target.trialHistory(failing?.trialId ?? 0);
      expect(attempts.map(({ status }) => status)).toEqual(['failed', 'completed']);
      expect(await merge(target, source)).toMatchObject({ taken: 0, same: 2 });
      expect(await target.countTrials(here)).toMatchObject({ completed: 2, planned: 1, leased: 0 });
    });

    it('refuses trials that are not the same in spite of their plan', async () => {
      const [source, target] = [await open(), await open()];
      await source.addSweep(sweep, [exampleTrial(1)]);
      await target.addSweep(sweep, [{ ...exampleTrial(1), seed: 1 }]);
      await expect(merge(source, target)).rejects.toMatchObject({
        code: 'merge-conflict',
        message: expect.stringContaining('another network'),
      });
    });
  });
}
