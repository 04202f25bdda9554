import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { storeVersion } from '../migrations.ts';
import { openStore } from '../open.ts';
import { openPostgresStore } from '../postgres.ts';
import type { Store } from '../store.ts';
import { describeStore, exampleTrial } from './contract.ts';
import { describeMerging } from './merge-contract.ts';
import { describeProcesses } from './process-contract.ts';
import { describeQueries } from './query-contract.ts';
import { query, startTestPostgres } from './test-postgres.ts';
import { describeWatching } from './watch-contract.ts';

const postgres = await startTestPostgres();
afterAll(() => postgres?.stop(), 120_000);
// Each of many transactions is a few round trips to a server that has to share a loaded machine with us.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

describe.skipIf(!postgres)('PostgreSQL', () => {
  const newDatabase = (): Promise<string> => {
    if (!postgres) throw new Error('skipped');
    return postgres.newDatabase();
  };
  const sweep = { name: 'n', planHash: 'abcdef', plan: '{}' };
  const opened: Store[] = [];
  const open = async (url: string): Promise<Store> => {
    const store = await openPostgresStore(url);
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  // A schema each: making one is quicker than making a database.
  let schemas = 0;
  let shared: string | undefined;
  for (const describeContract of [
    describeStore,
    describeWatching,
    describeMerging,
    describeQueries,
    describeProcesses,
  ])
    describeContract('a PostgreSQL database', async () => {
      shared ??= await newDatabase();
      const url = `${shared}?schema=test_${schemas++}`;
      return { location: url, open: () => openPostgresStore(url), remove: async () => {} };
    });

  describeQueries('a PostgreSQL database whose columns are remembered', async () => {
    shared ??= await newDatabase();
    const url = `${shared}?schema=test_${schemas++}`;
    return {
      location: url,
      open: () => openPostgresStore(url, undefined, { remembers: true }),
      remove: async () => {},
    };
  });

  it('shares a database with the tables of others, which it leaves alone', async () => {
    const url = await newDatabase();
    await query(url, 'create table trials (cake text)');
    const store = await open(url);
    await store.addSweep(sweep, [exampleTrial(1)]);
    expect(await store.sweeps()).toHaveLength(1);
    expect(await query(url, 'select * from public.trials')).toEqual([]);
    const other = await open(`${url}?schema=other`);
    expect(await other.sweeps()).toEqual([]);
    expect(other.location).toMatch(/\?schema=other$/);
  });

  it('refuses a schema with tables of somebody else, and leaves it as it is', async () => {
    const url = await newDatabase();
    await query(url, 'create schema cakes; create table cakes.recipes (cake text)');
    await expect(openPostgresStore(`${url}?schema=cakes`)).rejects.toMatchObject({
      code: 'store-foreign',
      message: expect.stringContaining('recipes'),
    });
    expect(await query(url, `select tablename from pg_tables where schemaname = 'cakes'`)).toHaveLength(1);
  });

  it('refuses a store of a newer netspace kindly', async () => {
    const url = await newDatabase();
    await open(url);
    await query(url, `update netspace."storeVersion" set version = ${storeVersion + 1}`);
    await expect(openPostgresStore(url)).rejects.toMatchObject({
      code: 'store-newer',
      message: expect.stringMatching(/newer netspace .* update netspace, or name another store/),
    });
  });

  it('is made once by several that open it at the same time', async () => {
    const url = await newDatabase();
    const stores = await Promise.all([1, 2, 3, 4, 5, 6].map(() => open(url)));
    await Promise.all(stores.map((store) => store.addSweep(sweep, [exampleTrial(1)])));
    expect(await stores[3]?.sweeps()).toHaveLength(1);
  });

  it('is a store whatever the database takes for its isolation and its clock', async () => {
    const url = await newDatabase();
    const name = new URL(url).pathname.slice(1);
    for (const setting of [
      "default_transaction_isolation = 'serializable'",
      "timezone = 'Asia/Kathmandu'",
      "datestyle = 'German'",
      "search_path = 'nowhere'",
    ])
      await query(url, `alter database ${name} set ${setting}`);
    const stores = await Promise.all([1, 2, 3, 4].map(() => open(url)));
    const trials = Array.from({ length: 40 }, () => exampleTrial(1));
    const { sweep: kept } = await (stores[0] as Store).addSweep(sweep, trials);
    expect(Math.abs(kept.createdAt - Date.now())).toBeLessThan(60_000);
    const leases = await Promise.all(
      stores.flatMap((store) =>
        Array.from({ length: 10 }, () => store.leaseTrial(kept.id, { owner: 'me', milliseconds: 60_000 })),
      ),
    );
    expect(new Set(leases.map((lease) => lease?.trialId)).size).toBe(40);
  });

  it('keeps texts with characters that PostgreSQL has no place for', async () => {
    const store = await open(await newDatabase());
    const { sweep: kept } = await store.addSweep(sweep, [exampleTrial(1)]);
    const fence = await store.leaseTrial(kept.id, { owner: 'me', milliseconds: 60_000 });
    if (!fence) throw new Error('no trial to lease');
    await store.finishTrial(fence, { status: 'failed', reason: 'a\0b \uD800' });
    expect((await store.trialHistory(fence.trialId)).trial.reason).toBe('a\uFFFDb \uFFFD');
  });

  describe('what goes wrong is said in one sentence without the password', () => {
    const wrong = async (url: string): Promise<{ code: string; message: string }> => {
      const error = await openStore(url).catch((thrown: unknown) => thrown);
      const { code, message } = error as { code: string; message: string };
      expect(`${message} ${JSON.stringify(error)} ${String((error as Error).stack)}`).not.toContain('secret');
      expect(message).not.toContain('\n');
      return { code, message };
    };
    const change = (url: string, changes: (parsed: URL) => void): string => {
      const parsed = new URL(url);
      parsed.password = 'secret';
      changes(parsed);
      return parsed.href;
    };

    it('a server that is not there', async () => {
      const url = change(await newDatabase(), (parsed) => (parsed.port = '1'));
      expect(await wrong(url)).toMatchObject({
        code: 'store-unreachable',
        message: expect.stringMatching(/does not answer at 127\.0\.0\.1:1 .*start it, or correct --store/),
      });
    });

    it('a database that is not there', async () => {
      const url = change(await newDatabase(), (parsed) => (parsed.pathname = '/nowhere'));
      expect(await wrong(url)).toMatchObject({
        code: 'store-unreachable',
        message: expect.stringContaining('has no database "nowhere"; make it (createdb nowhere)'),
      });
    });

    it('a user that is not known', async () => {
      const url = change(await newDatabase(), (parsed) => (parsed.username = 'nobody'));
      expect(await wrong(url)).toMatchObject({
        code: 'store-refused',
        message: expect.stringContaining('does not let "nobody" in'),
      });
    });

    it('a user that may make no tables', async () => {
      const url = await newDatabase();
      const guest = `guest_${Date.now().toString(36)}`;
      await query(url, `create role ${guest} login`);
      expect(await wrong(change(url, (parsed) => (parsed.username = guest)))).toMatchObject({
        code: 'store-refused',
        message: expect.stringContaining(
          `create schema if not exists netspace; grant all on schema netspace to "${guest}"`,
        ),
      });
      // And that is what helps.
      await query(url, `create schema if not exists netspace; grant all on schema netspace to "${guest}"`);
      const store = await open(change(url, (parsed) => (parsed.username = guest)));
      expect(await store.sweeps()).toEqual([]);
      expect(store.location).not.toContain('secret');
      await store.close();
      opened.pop();
      await query(url, `drop owned by ${guest}; drop role ${guest}`);
    });

    it('a table that is gone', async () => {
      const url = await newDatabase();
      await open(url);
      await query(url, 'drop table netspace."epochs"');
      const store = await open(url);
      await store.addSweep(sweep, [exampleTrial(1)]);
      await expect(store.errorsAt(1, 1)).rejects.toMatchObject({
        code: 'store-damaged',
        message: expect.stringContaining('are not as netspace made them'),
      });
    });

    it.each(['postgresql://me:secret@host:port/x', 'mysql://me:secret@host/x'])('the URL %s', async (url) => {
      expect((await wrong(url)).code).toBe('store-unreachable');
    });
  });

  describe.skipIf(!postgres?.restart)('a server that restarts', () => {
    it.each(['fast', 'immediate'] as const)(
      '(%s) is waited for, and no lease or result is lost or doubled',
      async (mode) => {
        const url = await newDatabase();
        const stores = await Promise.all([1, 2, 3].map(() => open(url)));
        const count = 120;
        const trials = Array.from({ length: count }, () => exampleTrial(1));
        const { sweep: kept } = await (stores[0] as Store).addSweep(sweep, trials);
        const finished: number[] = [];
        const work = async (store: Store, owner: string): Promise<void> => {
          for (;;) {
            const lease = await store.leaseTrial(kept.id, { owner, milliseconds: 600_000 });
            if (!lease) return;
            expect(await store.recordEpoch(lease, { epoch: 1, validationError: 0.5 })).toBe(true);
            // Fails where an earlier attempt at this very write was kept, though its answer was lost.
            expect(await store.finishTrial(lease, { status: 'completed', error: 0.5 })).toBe(true);
            finished.push(lease.trialId);
          }
        };
        const restart = async (): Promise<void> => {
          while (finished.length < count / 4) await new Promise((resolve) => setTimeout(resolve, 5));
          await postgres?.restart?.(mode);
        };
        await Promise.all([restart(), ...stores.map((store, i) => work(store, `owner-${i}`))]);
        expect(new Set(finished).size).toBe(count);
        expect(finished).toHaveLength(count);
        expect(await stores[1]?.countTrials(kept.id)).toMatchObject({
          completed: count,
          leased: 0,
          planned: 0,
        });
        const attempts = await query(url, 'select 1 from netspace.attempts');
        expect(attempts).toHaveLength(count);
      },
      120_000,
    );
  });

  it('knows that a transaction was committed though the answer was lost', async () => {
    const direct = await newDatabase();
    const cut = await cutAfter(direct, 'commit\0');
    const store = await open(cut.url);
    const { sweep: kept, added } = await store.addSweep(sweep, [exampleTrial(2), exampleTrial(1)]);
    expect(added).toBe(true);
    cut.next();
    const lease = await store.leaseTrial(kept.id, { owner: 'me', milliseconds: 60_000 });
    expect(lease).toMatchObject({ attempt: 1, trial: { index: 0 } });
    expect(await store.countTrials(kept.id)).toMatchObject({ leased: 1, planned: 1 });
    cut.next();
    if (!lease) throw new Error('no trial to lease');
    expect(await store.finishTrial(lease, { status: 'completed', error: 0.5 })).toBe(true);
    expect(await store.countTrials(kept.id)).toMatchObject({ completed: 1, planned: 1 });
    cut.next();
    expect(await store.addSweep({ ...sweep, planHash: 'fedcba' }, [exampleTrial(1)])).toMatchObject({
      added: true,
    });
    expect(cut.cuts()).toBe(3);
    await store.close();
    opened.pop();
    await cut.close();
  });

  it('repeats a transaction whose connection broke before it was committed', async () => {
    const direct = await newDatabase();
    const cut = await cutAfter(direct, 'insert into "netspace"."attempts"');
    const store = await open(cut.url);
    const { sweep: kept } = await store.addSweep(sweep, [exampleTrial(2), exampleTrial(1)]);
    cut.next();
    expect(await store.leaseTrial(kept.id, { owner: 'me', milliseconds: 60_000 })).toMatchObject({
      attempt: 1,
      trial: { index: 0 },
    });
    expect(cut.cuts()).toBe(1);
    expect(await store.countTrials(kept.id)).toMatchObject({ leased: 1, planned: 1 });
    await store.close();
    opened.pop();
    await cut.close();
  });

  it('is not deceived where a server that crashed gave the number of a lost transaction to another', async () => {
    const direct = await newDatabase();
    // The number is committed, and nothing that was done under it is there.
    const cut = await cutAfter(direct, 'commit\0', (text) =>
      text.startsWith('begin')
        ? text.replace(';', ';savepoint before;')
        : text.replace(/^.*commit$/, 'rollback to savepoint before;commit'),
    );
    const store = await open(cut.url);
    const { sweep: kept } = await store.addSweep(sweep, [exampleTrial(2), exampleTrial(1)]);
    cut.next();
    const lease = await store.leaseTrial(kept.id, { owner: 'me', milliseconds: 60_000 });
    expect(lease).toMatchObject({ attempt: 1, trial: { index: 0 } });
    expect(cut.cuts()).toBe(1);
    expect(await store.countTrials(kept.id)).toMatchObject({ leased: 1, planned: 1 });
    await store.close();
    opened.pop();
    await cut.close();
    expect(await query(direct, 'select * from netspace."transactionMarks"')).toEqual([]);
  });

  it('outlives the loss of its idle connections', async () => {
    const url = await newDatabase();
    const store = await open(url);
    await Promise.all([1, 2, 3].map(() => store.sweeps()));
    await query(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(await store.sweeps()).toEqual([]);
  });
});

/**
 * A way to a server that, when told to, breaks the connection once: a statement arrives there, but its answer does not come back. From then on until it
 * does, `rewrite` may change the texts that are sent without parameters.
 */
async function cutAfter(url: string, statement: string, rewrite = (text: string): string => text) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let armed = false;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let swallow = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      const isArmed = armed;
      if (armed && data.includes(statement)) {
        armed = false;
        swallow = true;
      }
      upstream.write(isArmed ? rewriteQuery(data, rewrite) : data);
    });
    upstream.on('data', (data) => {
      if (!swallow) return client.write(data);
      cuts++;
      client.destroy();
      return upstream.end();
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    next: () => {
      armed = true;
    },
    cuts: () => cuts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A message of the kind Query is its letter, its length without that, and a text that ends with NUL. */
function rewriteQuery(message: Buffer, rewrite: (text: string) => string): Buffer {
  if (message.at(0) !== 'Q'.charCodeAt(0) || message.readUInt32BE(1) + 1 !== message.length) return message;
  const text = Buffer.from(rewrite(message.toString('utf8', 5, message.length - 1)));
  const head = Buffer.alloc(5, 'Q');
  head.writeUInt32BE(text.length + 5, 1);
  return Buffer.concat([head, text, Buffer.alloc(1)]);
}
