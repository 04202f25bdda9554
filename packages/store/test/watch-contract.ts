/** Watching a store and annotating it, as tests: one suite, run against every store there is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease, Store } from '../store.ts';
import { exampleTrial, type TestDatabase } from './contract.ts';

export function describeWatching(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`watching a store in ${name}`, () => {
    let database: TestDatabase;
    let store: Store;
    let other: Store;
    let sweepId: number;

    const lease = async (): Promise<Lease> => {
      const leased = await other.leaseTrial(sweepId, { owner: 'host:1', milliseconds: 60_000 });
      if (!leased) throw new Error('no trial to lease');
      return leased;
    };

    beforeEach(async () => {
      database = await makeDatabase();
      store = await database.open();
      other = await database.open();
      const trials = [exampleTrial(3), exampleTrial(2), exampleTrial(1)];
      sweepId = (await other.addSweep({ name: 'n', planHash: 'abcdef', plan: '{}' }, trials)).sweep.id;
    });
    afterEach(async () => {
      await store.close();
      await other.close();
      await database.remove();
    });

    it('has a version that another connection changes by writing, and reading does not', async () => {
      const before = await store.version();
      await store.sweeps();
      await other.trials(sweepId);
      expect(await store.version()).toBe(before);
      const leased = await lease();
      const afterLease = await store.version();
      expect(afterLease).not.toBe(before);
      await other.recordEpoch(leased, { epoch: 1 });
      expect(await store.version()).not.toBe(afterLease);
    });

    it('has a version that its own writing changes', async () => {
      const before = await store.version();
      await store.annotateSweep(sweepId, { note: 'n' });
      expect(await store.version()).not.toBe(before);
    });

    it('names the spaces of a sweep, and of no other one', async () => {
      const spaces = ['b', 'a', 'b'].map((space) => ({ ...exampleTrial(1), space }));
      const { sweep } = await store.addSweep({ name: 'm', planHash: 'fedcba', plan: '{}' }, spaces);
      expect(await store.spaces(sweep.id)).toEqual(['a', 'b']);
      expect(await store.spaces(sweep.id + 1)).toEqual([]);
    });

    it('tells of a sweep where it stands: another text after a lease, an epoch, an end', async () => {
      const seen = new Set<string | undefined>();
      const look = async (): Promise<void> => void seen.add((await store.state()).sweeps.get(sweepId));
      await look();
      const leased = await lease();
      await look();
      await other.recordEpoch(leased, { epoch: 1 });
      await look();
      await other.finishTrial(leased, { status: 'completed', error: 0.5 });
      await look();
      await look();
      expect(seen.size).toBe(4);
    });

    it('tells which trials ended since a time of its own clock, the oldest first, and no lost ones', async () => {
      const { now } = await store.state();
      const first = await lease();
      const second = await lease();
      const third = await lease();
      await other.finishTrial(second, { status: 'completed', error: 0.25 });
      await other.loseTrial(third, 'gone', 3);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await other.finishTrial(first, { status: 'failed', reason: 'r' });
      const ended = await store.endedSince(now);
      expect(ended).toMatchObject([
        { trialId: second.trialId, sweepId, status: 'completed', error: 0.25, cost: 2 },
        { trialId: first.trialId, status: 'failed' },
      ]);
      expect(await store.endedSince((ended[1]?.finishedAt ?? 0) + 1)).toEqual([]);
    });

    it('tells who trains what, and how far they came', async () => {
      const leased = await lease();
      await other.recordEpoch(leased, { epoch: 1, validationError: 0.9 });
      await other.recordEpoch(leased, { epoch: 2, validationError: 0.8, imagesPerSecond: 7 });
      expect(await store.leasedTrials(sweepId)).toMatchObject([
        {
          trialId: leased.trialId,
          owner: 'host:1',
          attempt: 1,
          overdue: false,
          recipe: { epochs: 3 },
          lastEpoch: { epoch: 2, validationError: 0.8, imagesPerSecond: 7 },
        },
      ]);
      await other.renewLeases([leased], -1000);
      expect(await store.leasedTrials(sweepId)).toMatchObject([{ overdue: true }]);
      await other.finishTrial(leased, { status: 'diverged', error: 1 });
      expect(await store.leasedTrials(sweepId)).toEqual([]);
    });

    it('has the errors of trials with a result, none for those that failed', async () => {
      await other.finishTrial(await lease(), { status: 'completed', error: 0.25 });
      await other.finishTrial(await lease(), { status: 'failed', reason: 'r' });
      const outcomes = await store.outcomes(sweepId);
      expect(outcomes.map(({ error }) => error).toSorted()).toEqual([0.25, null]);
      expect(outcomes[0]?.space).toBe('anynet-a');
    });

    it('keeps a note and tags of a sweep and of a trial; one changes without the other', async () => {
      const hostile = '=cmd|"</script>\u202e\u0007';
      const trialId = (await store.trials(sweepId))[0]?.id ?? 0;
      expect(await store.trialAnnotation(trialId)).toEqual({ note: '', tags: [] });
      await store.annotateTrial(trialId, { tags: ['a', hostile] });
      await store.annotateTrial(trialId, { note: hostile });
      expect(await other.trialAnnotation(trialId)).toEqual({ note: hostile, tags: ['a', hostile] });
      await store.annotateSweep(sweepId, { note: 'first' });
      expect(await store.annotateSweep(sweepId, { note: 'second' })).toEqual({ note: 'second', tags: [] });
      expect([...(await other.sweepAnnotations())]).toEqual([[sweepId, { note: 'second', tags: [] }]]);
      await store.deleteSweep(sweepId);
      expect((await other.sweepAnnotations()).size).toBe(0);
    });
  });
}
