import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresStore } from '@netspace/store/postgres';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { GoneLease, Store } from '@netspace/store/store';
import { startTestPostgres } from '@netspace/store/test-postgres';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patientStore, type Patience } from '../patient-store.ts';
import { addFakeSweep, until } from './processes.ts';

const postgres = await startTestPostgres();
afterAll(() => postgres?.stop());

it('a store in a file is there or not: nobody waits for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-patience-'));
  const store = await openSqliteStore(join(folder, 'store.db'));
  const patience = { note: () => {}, halted: new AbortController().signal, leaseMilliseconds: 0 };
  expect(patientStore(store, patience)).toBe(store);
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A wire to a server that can be cut, and be put together again. */
async function layWire(url: string) {
  const target = new URL(url);
  const ends = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  const server = createServer((near) => {
    if (state === 'cut') return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {}).on('close', () => ends.delete(end));
    }
    near.on('data', (bytes) => void (state === 'whole' && far.write(bytes)));
    far.on('data', (bytes) => void (state === 'whole' && near.write(bytes)));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const there = new URL(url);
  there.port = String((server.address() as AddressInfo).port);
  const hangUp = (): void => ends.forEach((end) => end.destroy());
  return {
    url: there.href,
    cut: () => {
      state = 'cut';
      hangUp();
    },
    silence: () => (state = 'silent'),
    mend: () => {
      state = 'whole';
      hangUp();
    },
    close: () => {
      hangUp();
      server.close();
    },
  };
}

describe.skipIf(!postgres)('a store on a server', () => {
  let wire: Awaited<ReturnType<typeof layWire>>;
  let store: Store;
  let notes: string[];
  let halt: AbortController;
  const patiently = (more: Partial<Patience> = {}): Store =>
    patientStore(store, {
      note: (text) => void notes.push(text),
      halted: halt.signal,
      leaseMilliseconds: 0,
      silence: 200,
      ...more,
    });

  beforeEach(async () => {
    wire = await layWire((await postgres?.newDatabase()) ?? '');
    store = await openPostgresStore(wire.url);
    notes = [];
    halt = new AbortController();
  });
  afterEach(async () => {
    wire.mend();
    await store.close();
    wire.close();
  });

  it('that is away is waited for: the call is answered when it is back, with a word at either end', async () => {
    await addFakeSweep(store, [{ pace: 1 }]);
    wire.cut();
    const answers = [patiently().findSweep('fake'), sleep(1500, 'nothing')];
    expect(await Promise.race(answers)).toBe('nothing');
    expect(notes).toEqual(['the store does not answer; what is in training goes on meanwhile']);
    wire.mend();
    expect(await answers[0]).toMatchObject({ name: 'fake', counts: { planned: 1 } });
    expect(notes.slice(1)).toEqual([expect.stringMatching(/^the store answers again, after \d+ s$/)]);
  }, 60_000);

  it('that answers in time, if only with an error of its own, brings no word and no second try', async () => {
    await expect(patiently({ silence: 30_000 }).findSweep('nothing')).rejects.toMatchObject({
      code: expect.not.stringMatching('store-unreachable'),
    });
    expect(notes).toEqual([]);
  }, 60_000);

  it('that was away takes no trial from others, until they had the length of a lease to renew theirs', async () => {
    const sweep = await addFakeSweep(store, [{ pace: 1 }, { pace: 2 }]);
    await store.leaseTrial(sweep.id, { owner: 'other', milliseconds: 60_000 });
    const gone: GoneLease[] = (await store.leases(sweep.id)).map((each) => ({ ...each, reason: 'silent' }));
    expect(gone).toHaveLength(1);
    const guard = 3000;
    const patient = patiently({ leaseMilliseconds: guard });
    wire.cut();
    const counts = patient.countTrials(sweep.id);
    await until(() => notes.length === 1, 'it is told that the store is away');
    wire.mend();
    expect(await counts).toMatchObject({ leased: 1 });
    const begin = performance.now();
    const recover = () => patient.recoverTrials({ maxAttempts: 3, gone });
    expect(await recover()).toEqual([]);
    await until(async () => (await recover()).length === 1, 'the trial is taken back');
    // What is measured here began a moment after the guard did.
    expect(performance.now() - begin).toBeGreaterThan(guard - 1000);
  }, 60_000);

  it('that does not say a word is parted with when this process is told to end', async () => {
    await addFakeSweep(store, [{ pace: 1 }]);
    const patient = patiently({ parting: 400 });
    wire.silence();
    const asked = patient.findSweep('fake');
    const failure = expect(asked).rejects.toMatchObject({
      code: 'store-unreachable',
      message: expect.stringContaining('when this process was told to end'),
    });
    await sleep(300);
    halt.abort();
    await failure;
  }, 60_000);
});
