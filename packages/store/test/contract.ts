/** The contract of a store as tests: one suite, run against every store there is. */
import type { Trial } from '@netspace/population/trial';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinished, type Lease, type NewTrial, type Store, type StoredTrial } from '../store.ts';

/** An empty database for one test. */
export interface TestDatabase {
  readonly location: string;
  /** Another connection to it, as another process would have. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const minute = 60_000;

export function exampleTrial(cost: number): NewTrial {
  return {
    space: 'anynet-a',
    network: {
      stem: { kind: 'simple', width: 32 },
      stages: [{ depth: 1, width: 24, stride: 2, bottleneckRatio: 1, groupWidth: 8 }],
      block: 'bottleneck',
      seRatio: 0,
      head: { width: 0 },
      activation: 'relu',
    },
    generator: { depth: 13, initialWidth: 24 },
    flops: 4_000_000,
    params: 123_456,
    activations: 65_432,
    recipe: { epochs: 3, learningRate: 0.1, schedule: 'cos', nesterov: false },
    seed: 4_294_967_295,
    cost,
  };
}

export function describeStore(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`a store in ${name}`, () => {
    let database: TestDatabase;
    let store: Store;
    let opened: Store[];

    const open = async (): Promise<Store> => {
      const another = await database.open();
      opened.push(another);
      return another;
    };
    const addSweep = async (costs: readonly number[], planHash = 'abcdef0123'): Promise<number> => {
      const trials = costs.map((cost) => exampleTrial(cost));
      return (await store.addSweep({ name: 'first-look', planHash, plan: '{}' }, trials)).sweep.id;
    };
    const lease = async (sweepId: number, owner = 'me', milliseconds = minute): Promise<Lease> => {
      const leased = await store.leaseTrial(sweepId, { owner, milliseconds });
      if (!leased) throw new Error('no trial to lease');
      return leased;
    };
    /** Takes back what has run out, and what dead owners hold. */
    const recover = async (sweepId: number, deadOwners: readonly string[] = [], by = store) => {
      const held = await by.leases(sweepId);
      const gone = held.filter(({ hasRunOut, owner }) => hasRunOut || deadOwners.includes(owner));
      return by.recoverTrials({ maxAttempts: 3, gone: gone.map((each) => ({ ...each, reason: 'gone' })) });
    };
    const read = async (trialId: number): Promise<StoredTrial> => (await store.trialHistory(trialId)).trial;

    beforeEach(async () => {
      database = await makeDatabase();
      opened = [];
      store = await open();
    });
    afterEach(async () => {
      for (const each of opened) await each.close();
      await database.remove();
    });

    describe('trials that were stopped early', () => {
      const evaluation = {
        bestEpoch: 2,
        k: 2,
        topKError: 0.25,
        classErrors: [0.5, null],
        calibrationError: 0.1,
      };
      const fit = { fitError: 0.0625, depth: 1, initialWidth: 24, widthSlope: 0, widthMultiplier: 2 };
      const record = (epoch: number, validationError: number) => ({ epoch, validationError });
      const pause = async (fence: Lease, error: number, epoch = 1): Promise<void> => {
        await store.recordEpoch(fence, record(epoch, error));
        const stopped = { by: 'halving', epoch } as const;
        const outcome = { status: 'completed', error, bestError: error, stopped, evaluation, fit } as const;
        expect(await store.pauseTrial(fence, { ...outcome, provenance: { threads: 1 } })).toBe(true);
      };

      it('keep by what and where, beside what their predictions are worth', async () => {
        const sweepId = await addSweep([1, 2]);
        const fence = await lease(sweepId);
        const stopped = { by: 'median', epoch: 2 } as const;
        await store.finishTrial(fence, {
          status: 'completed',
          error: 0.5,
          bestError: 0.5,
          stopped,
          evaluation,
          fit,
        });
        expect(await read(fence.trialId)).toMatchObject({ status: 'completed', stopped, evaluation, fit });
        await store.finishTrial(await lease(sweepId), { status: 'completed', error: 0.25, bestError: 0.25 });
        expect(await store.findSweep(`#${sweepId}`)).toMatchObject({ stopped: 1, waiting: 0 });
        expect((await store.trials(sweepId))[0]).not.toHaveProperty('stopped');
      });

      it('wait at a rung, planned and at no loss, and are not leased there', async () => {
        const sweepId = await addSweep([1, 2]);
        const fence = await lease(sweepId);
        await pause(fence, 0.5);
        const waiting = await read(fence.trialId);
        expect(waiting).toMatchObject({ status: 'planned', waitingAt: 1, rung: 0, curve: [record(1, 0.5)] });
        expect(waiting).not.toHaveProperty('error');
        expect(await store.findSweep(`#${sweepId}`)).toMatchObject({ waiting: 1, counts: { planned: 2 } });
        expect((await lease(sweepId)).trialId).not.toBe(fence.trialId);
        expect(await store.hasWork(sweepId)).toBe(false);
        expect(await store.leaseTrial(sweepId, { owner: 'me', milliseconds: minute })).toBeUndefined();
        expect(
          await store.pauseTrial(fence, { status: 'completed', stopped: { by: 'halving', epoch: 1 } }),
        ).toBe(false);
      });

      it('go on from a rung when they are promoted, and end there when they are not, as they came', async () => {
        const sweepId = await addSweep([1, 2, 3]);
        const fences = [await lease(sweepId), await lease(sweepId), await lease(sweepId)] as const;
        for (const [i, fence] of fences.entries()) await pause(fence, [0.5, 0.25, 0.75][i] ?? 1);
        const [first, second, third] = fences.map((fence) => fence.trialId) as [number, number, number];
        const verdict = { epoch: 1, promoted: [second], stopped: [first, third] };
        expect(await store.settleRung(sweepId, { ...verdict, epoch: 2 })).toBe(0);
        expect(await store.settleRung(sweepId, verdict)).toBe(2);
        // Another supervisor that came to the same verdict.
        expect(await store.settleRung(sweepId, verdict)).toBe(0);
        expect(await read(first)).toMatchObject({
          status: 'completed',
          error: 0.5,
          bestError: 0.5,
          stopped: { by: 'halving', epoch: 1 },
          evaluation,
          provenance: { threads: 1 },
          curve: [record(1, 0.5)],
        });
        const { attempts } = await store.trialHistory(first);
        expect(attempts.map(({ status }) => status)).toEqual(['completed']);
        expect(await lease(sweepId)).toMatchObject({ trialId: second, attempt: 2, trial: { rung: 1 } });
        expect(await read(second)).not.toHaveProperty('waitingAt');
      });

      it('tell their errors at an epoch, each trial once, and whether it was trained to its end', async () => {
        const sweepId = await addSweep([1, 2, 3]);
        const whole = await lease(sweepId);
        for (const epoch of [1, 2]) await store.recordEpoch(whole, record(epoch, 0.5 / epoch));
        await store.finishTrial(whole, { status: 'completed', error: 0.25, bestError: 0.25 });
        const paused = await lease(sweepId);
        await pause(paused, 0.75);
        await store.settleRung(sweepId, { epoch: 1, promoted: [paused.trialId], stopped: [] });
        await store.recordEpoch(await lease(sweepId), record(1, 0.75));
        // The costliest trial is the last in the plan; the one that was promoted comes with its first epoch again.
        expect(await store.errorsAt(sweepId, 1)).toEqual([
          { trialId: paused.trialId, whole: false, error: 0.75 },
          { trialId: whole.trialId, whole: true, error: 0.5 },
        ]);
        expect(await store.errorsAt(sweepId, 2)).toEqual([
          { trialId: whole.trialId, whole: true, error: 0.25 },
        ]);
      });

      it('wait no more when they are cancelled, nor when they are planned again', async () => {
        const sweepId = await addSweep([1]);
        const fence = await lease(sweepId);
        await pause(fence, 0.5);
        expect(await store.cancelTrials(sweepId)).toBe(1);
        await store.retryTrials(sweepId);
        expect((await lease(sweepId)).trialId).toBe(fence.trialId);
      });
    });

    describe('sweeps', () => {
      it('keeps every field of a trial', async () => {
        const sweepId = await addSweep([5]);
        const [trial] = await (await open()).trials(sweepId);
        expect(trial).toMatchObject({ ...exampleTrial(5), index: 0, status: 'planned', attempt: 0, sweepId });
        expect(trial).not.toHaveProperty('error');
      });

      it('keeps trials of elsewhere as they ended there, without what nobody told', async () => {
        const { space, network } = exampleTrial(1);
        const fit = { fitError: 0.0625, depth: 1, initialWidth: 24, widthSlope: 0, widthMultiplier: 2 };
        const curve = [
          { epoch: 1, trainLoss: 2.5, validationError: 0.5 },
          { epoch: 2, emaError: 0.25 },
        ];
        const trained: Trial[] = [
          {
            space,
            network,
            status: 'completed',
            error: 0.25,
            seed: -1,
            curve,
            fit,
            provenance: { host: 'a' },
          },
          { space, network, status: 'failed', reason: 'no memory', bestError: 0.5, curve },
          { space, network, status: 'planned' },
        ];
        const sweep = { name: 'elsewhere', planHash: 'fedcba9876', plan: '{}' };
        const { sweep: kept, added } = await store.importSweep(sweep, trained);
        expect([added, kept.counts.completed, kept.counts.failed, kept.counts.planned]).toEqual([
          true,
          1,
          1,
          1,
        ]);
        const found: StoredTrial[] = [];
        for await (const trial of (await open()).population(kept.id)) found.push(trial);
        expect(found).toMatchObject(trained);
        for (const trial of found)
          for (const key of ['flops', 'recipe', 'params']) expect(trial).not.toHaveProperty(key);
        expect(await store.importSweep(sweep, trained)).toMatchObject({
          added: false,
          sweep: { id: kept.id },
        });
      });

      it('takes nothing of an import that cannot be kept whole, and no lease of elsewhere', async () => {
        const { space, network } = exampleTrial(1);
        const sweep = { name: 'elsewhere', planHash: 'fedcba9876', plan: '{}' };
        const leased: Trial = { space, network, status: 'leased' };
        const twice: Trial = { ...leased, curve: [{ epoch: 1 }, { epoch: 1 }] };
        await expect(store.importSweep(sweep, [leased, twice])).rejects.toThrow();
        expect(await store.sweeps()).toEqual([]);
        const { sweep: kept } = await store.importSweep(sweep, [leased]);
        expect(kept.counts).toMatchObject({ leased: 0, lost: 1 });
      });

      it('stores a plan once, however often it is added', async () => {
        const sweepId = await addSweep([1, 2]);
        const again = await store.addSweep({ name: 'other', planHash: 'abcdef0123', plan: '{}' }, [
          exampleTrial(1),
        ]);
        expect(again).toMatchObject({ added: false, sweep: { id: sweepId, name: 'first-look' } });
        expect(await store.trials(sweepId)).toHaveLength(2);
        expect(await store.sweeps()).toHaveLength(1);
      });

      it('stores a plan once when several processes add it at the same time', async () => {
        const stores = await Promise.all([1, 2, 3, 4].map(open));
        const trials = Array.from({ length: 50 }, (_, i) => exampleTrial(i));
        const added = await Promise.all(
          stores.map((each) => each.addSweep({ name: 'n', planHash: 'f00d', plan: '{}' }, trials)),
        );
        expect(added.filter((each) => each.added)).toHaveLength(1);
        expect(await store.trials(added[0]?.sweep.id ?? 0)).toHaveLength(50);
      });

      it('stores thousands of trials in their order', async () => {
        const sweepId = await addSweep(Array.from({ length: 3001 }, (_, i) => i));
        const trials = await store.trials(sweepId);
        expect(trials.map((trial) => trial.cost)).toEqual(trials.map((_, i) => i));
        expect(trials).toHaveLength(3001);
      });

      it('finds a sweep by name, the newest first, by number and by the first digits of its hash', async () => {
        const first = await addSweep([1], 'aaaaaa11');
        const second = await addSweep([1], 'bbbbbb22');
        expect((await store.findSweep('first-look')).id).toBe(second);
        expect((await store.findSweep(`#${first}`)).id).toBe(first);
        expect((await store.findSweep('aaaaaa')).id).toBe(first);
        expect((await store.findPlan('bbbbbb22'))?.id).toBe(second);
        expect(await store.findPlan('bbbbbb')).toBeUndefined();
        expect((await store.sweeps()).map((sweep) => sweep.id)).toEqual([second, first]);
      });

      it('says which sweeps there are when asked for another', async () => {
        await addSweep([1]);
        await expect(store.findSweep('frist-look')).rejects.toMatchObject({
          code: 'sweep-unknown',
          message: expect.stringMatching(/no sweep "frist-look".*first-look/),
        });
      });

      it('counts trials by status, with the least error and the cost that remains', async () => {
        const sweepId = await addSweep([4, 3, 2, 1]);
        await store.finishTrial(await lease(sweepId), { status: 'completed', error: 0.25 });
        await store.finishTrial(await lease(sweepId), { status: 'diverged', error: 1 });
        await lease(sweepId);
        const sweep = await store.findSweep('first-look');
        expect(sweep.counts).toMatchObject({ planned: 1, leased: 1, completed: 1, diverged: 1, failed: 0 });
        expect(sweep).toMatchObject({ leastError: 0.25, remainingCost: 3 });
        expect(isFinished(sweep.counts)).toBe(false);
      });

      it('lists trials by status, by error and in pages', async () => {
        const sweepId = await addSweep([4, 3, 2, 1]);
        for (const error of [0.3, 0.1, 0.2])
          await store.finishTrial(await lease(sweepId), { status: 'completed', error });
        const errors = async (query: Parameters<Store['trials']>[1]) =>
          (await store.trials(sweepId, query)).map((trial) => trial.error);
        expect(await errors({ order: 'error' })).toEqual([0.1, 0.2, 0.3, undefined]);
        expect(await errors({ order: 'error', limit: 2, offset: 1 })).toEqual([0.2, 0.3]);
        expect(await errors({ statuses: ['planned'] })).toEqual([undefined]);
      });
    });

    describe('leases', () => {
      it('leases the costliest trial first, equal ones as planned', async () => {
        const sweepId = await addSweep([1, 7, 3, 7]);
        const indices = [];
        for (let i = 0; i < 4; i++) indices.push((await lease(sweepId)).trial.index);
        expect(indices).toEqual([1, 3, 2, 0]);
        expect(await store.leaseTrial(sweepId, { owner: 'me', milliseconds: minute })).toBeUndefined();
      });

      it('leases and counts the trials of one part of a sweep when asked to', async () => {
        const sweepId = await addSweep([1, 7, 3, 7, 5]);
        const terms = { owner: 'me', milliseconds: minute, shard: { remainder: 1, parts: 2 } };
        expect((await store.leaseTrial(sweepId, terms))?.trial.index).toBe(1);
        expect(await store.countTrials(sweepId, terms.shard)).toMatchObject({ planned: 1, leased: 1 });
        expect((await store.leaseTrial(sweepId, terms))?.trial.index).toBe(3);
        expect(await store.leaseTrial(sweepId, terms)).toBeUndefined();
        expect(await store.hasWork(sweepId, terms.shard)).toBe(false);
        expect(await store.hasWork(sweepId)).toBe(true);
        expect(await store.countTrials(sweepId)).toMatchObject({ planned: 3, leased: 2 });
      });

      it('never leases a trial twice at a time, however many ask at once', async () => {
        const sweepId = await addSweep(Array.from({ length: 60 }, () => 1));
        const stores = await Promise.all([1, 2, 3, 4].map(open));
        const leases = await Promise.all(
          stores.flatMap((each, i) =>
            Array.from({ length: 20 }, () =>
              each.leaseTrial(sweepId, { owner: `o${i}`, milliseconds: minute }),
            ),
          ),
        );
        const ids = leases.flatMap((each) => each?.trialId ?? []);
        expect(ids).toHaveLength(60);
        expect(new Set(ids).size).toBe(60);
      });

      it('renews a lease that holds, run out or not, and names those that do not', async () => {
        const sweepId = await addSweep([2, 1]);
        const held = await lease(sweepId, 'me', 1);
        const ended = await lease(sweepId);
        await store.releaseTrial(ended, 'for the test');
        await pass(20);
        expect(await store.renewLeases([held, ended], minute)).toMatchObject([{ trialId: ended.trialId }]);
        expect(await recover(sweepId)).toEqual([]);
      });

      it('recovers a trial whose lease has run out, and only that', async () => {
        const sweepId = await addSweep([2, 1]);
        const short = await lease(sweepId, 'slow', 1);
        await lease(sweepId, 'me');
        await pass(20);
        const lost = await recover(sweepId);
        expect(lost).toMatchObject([{ trialId: short.trialId, attempt: 1, owner: 'slow', again: true }]);
        expect(await store.countTrials(sweepId)).toMatchObject({ planned: 1, leased: 1 });
      });

      it('recovers the trials of dead owners at once', async () => {
        const sweepId = await addSweep([2, 1]);
        await lease(sweepId, 'dead');
        await lease(sweepId, 'alive');
        const owners = async (id: number) => (await store.leases(id)).map(({ owner }) => owner);
        expect((await owners(sweepId)).toSorted()).toEqual(['alive', 'dead']);
        expect(await recover(sweepId, ['dead'])).toHaveLength(1);
        expect(await owners(sweepId)).toEqual(['alive']);
      });

      it('recovers no trial whose lease was renewed since it was seen', async () => {
        const sweepId = await addSweep([1]);
        const held = await lease(sweepId, 'slow', 1);
        await pass(20);
        const seen = await store.leases(sweepId);
        expect(seen).toMatchObject([{ trialId: held.trialId, attempt: 1, owner: 'slow', hasRunOut: true }]);
        await store.renewLeases([held], minute);
        const gone = seen.map((each) => ({ ...each, reason: 'gone' }));
        expect(await store.recoverTrials({ maxAttempts: 3, gone })).toEqual([]);
        expect(await store.leases(sweepId)).toMatchObject([{ hasRunOut: false }]);
      });

      it('recovers a trial once, though several processes try', async () => {
        const sweepId = await addSweep(Array.from({ length: 20 }, () => 1));
        for (let i = 0; i < 20; i++) await lease(sweepId, 'dead');
        const stores = await Promise.all([1, 2, 3].map(open));
        const lost = await Promise.all(stores.map((each) => recover(sweepId, ['dead'], each)));
        expect(lost.flat()).toHaveLength(20);
      });

      it('fails a trial that was lost too often, and says why', async () => {
        const sweepId = await addSweep([1]);
        const losses = [];
        for (let i = 0; i < 3; i++) losses.push(await store.loseTrial(await lease(sweepId), 'killed', 3));
        expect(losses.map((each) => each?.again)).toEqual([true, true, false]);
        const [trial] = await store.trials(sweepId);
        expect(trial).toMatchObject({
          status: 'failed',
          attempt: 3,
          reason: 'lost 3 times without coming further, at last: killed',
        });
      });

      it('begins to count losses anew with an attempt that came an epoch further', async () => {
        const sweepId = await addSweep([1]);
        const lose = async (...epochs: number[]): Promise<boolean | undefined> => {
          const held = await lease(sweepId);
          for (const epoch of epochs) await store.recordEpoch(held, { epoch, validationError: 0.5 });
          return (await store.loseTrial(held, 'killed', 3))?.again;
        };
        expect([await lose(), await lose(), await lose(1)]).toEqual([true, true, true]);
        // Comes no further than the one before, which a checkpoint may have brought there.
        expect([await lose(1), await lose(1, 2)]).toEqual([true, true]);
        expect([await lose(1, 2), await lose(1)]).toEqual([true, false]);
        expect(await store.countTrials(sweepId)).toMatchObject({ failed: 1, planned: 0 });
      });

      it('does not count an attempt that was given back', async () => {
        const sweepId = await addSweep([1]);
        for (let i = 0; i < 5; i++)
          expect(await store.releaseTrial(await lease(sweepId), 'stopped')).toBe(true);
        expect(await store.loseTrial(await lease(sweepId), 'killed', 3)).toMatchObject({ again: true });
      });
    });

    describe('fences', () => {
      const stale = async (old: Lease): Promise<void> => {
        const before = JSON.stringify(await store.trialHistory(old.trialId));
        expect(await store.recordEpoch(old, { epoch: 1, trainLoss: 9 })).toBe(false);
        expect(await store.finishTrial(old, { status: 'completed', error: 0.9 })).toBe(false);
        expect(await store.loseTrial(old, 'late', 3)).toBeUndefined();
        expect(await store.releaseTrial(old, 'late')).toBe(false);
        expect(await store.renewLeases([old], minute)).toHaveLength(1);
        expect(JSON.stringify(await store.trialHistory(old.trialId))).toBe(before);
      };

      it('turn away a writer whose trial was recovered and leased by another', async () => {
        const sweepId = await addSweep([1]);
        const old = await lease(sweepId, 'old');
        await recover(sweepId, ['old']);
        const current = await lease(sweepId, 'new');
        await stale(old);
        expect(await store.finishTrial(current, { status: 'completed', error: 0.1 })).toBe(true);
        await stale(old);
        expect(await read(current.trialId)).toMatchObject({ status: 'completed', error: 0.1, attempt: 2 });
      });

      it('turn away a second result of the same attempt', async () => {
        const held = await lease(await addSweep([1]));
        expect(await store.finishTrial(held, { status: 'completed', error: 0.1 })).toBe(true);
        await stale(held);
      });

      it('turn away another owner with the right attempt, and the right owner with an earlier attempt', async () => {
        const sweepId = await addSweep([1]);
        const first = await lease(sweepId);
        await store.releaseTrial(first, 'for the test');
        const second = await lease(sweepId);
        await stale(first);
        await stale({ ...second, owner: 'thief' });
      });

      it('turn away a writer whose trial was cancelled', async () => {
        const sweepId = await addSweep([1]);
        const held = await lease(sweepId);
        await store.cancelTrials(sweepId);
        await stale(held);
      });
    });

    describe('attempts', () => {
      it('keeps the learning curve of each attempt as it comes', async () => {
        const sweepId = await addSweep([1]);
        const first = await lease(sweepId, 'first');
        await store.recordEpoch(first, { epoch: 1, trainLoss: 2.5, validationError: 0.75 });
        await store.loseTrial(first, 'killed', 3);
        const second = await lease(sweepId, 'second');
        await store.recordEpoch(second, { epoch: 1, trainLoss: 2.25 });
        await store.recordEpoch(second, { epoch: 2, trainLoss: 2 });
        const provenance = { host: 'h', seconds: 1.5, checksum: 'c' };
        await store.finishTrial(second, { status: 'completed', error: 0.5, bestError: 0.25, provenance });
        const { trial, attempts } = await store.trialHistory(first.trialId);
        expect(attempts).toMatchObject([
          {
            attempt: 1,
            owner: 'first',
            status: 'lost',
            reason: 'killed',
            curve: [{ epoch: 1, trainLoss: 2.5 }],
          },
          { attempt: 2, owner: 'second', status: 'completed', curve: [{ epoch: 1 }, { epoch: 2 }] },
        ]);
        expect(trial).toMatchObject({ status: 'completed', error: 0.5, bestError: 0.25, provenance });
        expect(trial.curve).toEqual([
          { epoch: 1, trainLoss: 2.25 },
          { epoch: 2, trainLoss: 2 },
        ]);
        expect((trial.finishedAt ?? 0) - (trial.startedAt ?? Infinity)).toBeGreaterThanOrEqual(0);
      });

      it('keeps an epoch once, the last word on it', async () => {
        const held = await lease(await addSweep([1]));
        await store.recordEpoch(held, { epoch: 1, trainLoss: 3 });
        await store.recordEpoch(held, { epoch: 1, trainLoss: 2 });
        expect((await read(held.trialId)).curve).toEqual([{ epoch: 1, trainLoss: 2 }]);
      });

      it('keeps of an epoch only what is a number', async () => {
        const held = await lease(await addSweep([1]));
        await store.recordEpoch(held, {
          epoch: 1,
          trainLoss: NaN,
          validationLoss: Infinity,
          validationError: 1,
        });
        expect((await read(held.trialId)).curve).toEqual([{ epoch: 1, validationError: 1 }]);
      });

      it('tells a failed trial with its reason', async () => {
        const held = await lease(await addSweep([1]));
        await store.finishTrial(held, { status: 'failed', reason: 'fewer images than a batch' });
        const trial = await read(held.trialId);
        expect(trial).toMatchObject({ status: 'failed', reason: 'fewer images than a batch' });
        expect(trial).not.toHaveProperty('error');
      });

      it('says so when there is no such trial', async () => {
        await expect(store.trialHistory(17)).rejects.toMatchObject({ code: 'trial-unknown' });
      });
    });

    it('reads a whole population with curves, in the order of the plan', async () => {
      const sweepId = await addSweep(Array.from({ length: 1234 }, () => 1));
      const held = await lease(sweepId);
      await store.recordEpoch(held, { epoch: 1, trainLoss: 1 });
      await store.finishTrial(held, { status: 'completed', error: 0.5 });
      const trials = [];
      for await (const trial of store.population(sweepId)) trials.push(trial);
      expect(trials.map((trial) => trial.index)).toEqual(trials.map((_, i) => i));
      expect(trials).toHaveLength(1234);
      expect(trials[0]).toMatchObject({ status: 'completed', curve: [{ epoch: 1, trainLoss: 1 }] });
      expect(trials[1]).not.toHaveProperty('curve');
    });

    describe('whole sweeps', () => {
      it('plans failed and cancelled trials again, with fresh attempts', async () => {
        const sweepId = await addSweep([3, 2, 1]);
        await store.finishTrial(await lease(sweepId), { status: 'completed', error: 0.5 });
        const failing = await lease(sweepId);
        await store.loseTrial(failing, 'killed', 1);
        await store.cancelTrials(sweepId);
        expect(await store.countTrials(sweepId)).toMatchObject({ completed: 1, failed: 1, cancelled: 1 });
        expect(await store.retryTrials(sweepId)).toBe(2);
        const trial = await read(failing.trialId);
        expect(trial.status).toBe('planned');
        expect(trial).not.toHaveProperty('reason');
        const again = await lease(sweepId);
        expect(again).toMatchObject({ trialId: failing.trialId, attempt: 2 });
        expect(await store.loseTrial(again, 'killed', 2)).toMatchObject({ again: true });
      });

      it('cancels what has not ended, and nothing else', async () => {
        const sweepId = await addSweep([3, 2, 1]);
        await store.finishTrial(await lease(sweepId), { status: 'completed', error: 0.5 });
        const held = await lease(sweepId);
        expect(await store.cancelTrials(sweepId)).toBe(2);
        expect(await store.countTrials(sweepId)).toMatchObject({ completed: 1, cancelled: 2 });
        expect((await store.trialHistory(held.trialId)).attempts).toMatchObject([{ status: 'cancelled' }]);
      });

      it('deletes a sweep with all that belongs to it, but not while it is trained', async () => {
        const sweepId = await addSweep([2, 1], 'aaaaaaaa');
        const other = await addSweep([1], 'bbbbbbbb');
        const held = await lease(sweepId);
        await store.recordEpoch(held, { epoch: 1 });
        await expect(store.deleteSweep(sweepId)).rejects.toMatchObject({ code: 'sweep-running' });
        await store.cancelTrials(sweepId);
        await store.deleteSweep(sweepId);
        expect((await store.sweeps()).map((sweep) => sweep.id)).toEqual([other]);
        await expect(store.trialHistory(held.trialId)).rejects.toMatchObject({ code: 'trial-unknown' });
        expect(await addSweep([1], 'aaaaaaaa')).toBeGreaterThan(other);
      });
    });
  });
}

/** Waits until the store's clock has moved on by so many milliseconds. */
function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
