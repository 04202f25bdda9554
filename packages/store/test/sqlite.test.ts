import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { openSqliteFile } from '../sqlite-file.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { storeVersion } from '../migrations.ts';
import { widthColumns } from '../network-columns.ts';
import { openSqliteStore } from '../sqlite.ts';
import { describeStore, exampleTrial } from './contract.ts';
import { describeMerging } from './merge-contract.ts';
import { describeProcesses } from './process-contract.ts';
import { describeQueries } from './query-contract.ts';
import { describeWatching } from './watch-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-store-'));
let files = 0;
const newFile = (): string => join(folder, `store-${files++}.db`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const describeContract of [
  describeStore,
  describeWatching,
  describeMerging,
  describeQueries,
  describeProcesses,
])
  describeContract('a SQLite file', async () => {
    const file = newFile();
    return {
      location: file,
      open: () => openSqliteStore(file),
      remove: async () => rmSync(file, { force: true }),
    };
  });

describeQueries('a SQLite file whose columns are remembered', async () => {
  const file = newFile();
  return {
    location: file,
    open: () => openSqliteStore(file, undefined, { remembers: true }),
    remove: async () => rmSync(file, { force: true }),
  };
});

describe('a SQLite store', () => {
  const sweep = { name: 'n', planHash: 'abcdef', plan: '{}' };

  it('makes the file and its folder', async () => {
    const file = join(folder, 'a', 'b', 'c.db');
    await (await openSqliteStore(file)).close();
    expect(existsSync(file)).toBe(true);
  });

  it('outlives its process: what was written is there when it is opened again', async () => {
    const file = newFile();
    const first = await openSqliteStore(file);
    await first.addSweep(sweep, [exampleTrial(1)]);
    await first.close();
    const second = await openSqliteStore(file);
    expect(await second.sweeps()).toMatchObject([{ name: 'n', counts: { planned: 1 } }]);
    await second.close();
  });

  it('is made once by several that open it at the same time', async () => {
    const file = newFile();
    const stores = await Promise.all([1, 2, 3, 4, 5, 6].map(() => openSqliteStore(file)));
    await Promise.all(stores.map((store) => store.addSweep(sweep, [exampleTrial(1)])));
    expect(await stores[3]?.sweeps()).toHaveLength(1);
    for (const store of stores) await store.close();
  });

  it('refuses a file of a newer netspace kindly, and leaves it as it is', async () => {
    const file = newFile();
    await (await openSqliteStore(file)).close();
    const newer = openSqliteFile(file);
    newer.prepare('update storeVersion set version = ?').run(storeVersion + 1);
    newer.close();
    const before = readFileSync(file);
    await expect(openSqliteStore(file)).rejects.toMatchObject({
      code: 'store-newer',
      message: expect.stringMatching(/newer netspace .* update netspace, or name another store/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a database that is not its own', async () => {
    const file = newFile();
    const foreign = openSqliteFile(file);
    foreign.exec('create table recipes (cake text)');
    foreign.close();
    await expect(openSqliteStore(file)).rejects.toMatchObject({
      code: 'store-foreign',
      message: expect.stringContaining('recipes'),
    });
  });

  it.each([
    ['a text file', (file: string) => writeFileSync(file, 'name: first-look\n'.repeat(100))],
    [
      'a store whose pages are overwritten',
      (file: string) =>
        writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 100), Buffer.alloc(40_000, 7)])),
    ],
    ['a store that was cut off', (file: string) => truncateSync(file, 5000)],
  ])('recognises %s as damaged, in one sentence', async (_what, damage) => {
    const file = newFile();
    const store = await openSqliteStore(file);
    await store.addSweep(
      sweep,
      Array.from({ length: 200 }, (_, i) => exampleTrial(i)),
    );
    await store.close();
    damage(file);
    const use = async (): Promise<void> => {
      const opened = await openSqliteStore(file);
      try {
        await opened.trials((await opened.findSweep('n')).id);
      } finally {
        await opened.close();
      }
    };
    await expect(use()).rejects.toMatchObject({
      code: 'store-damaged',
      message: expect.stringMatching(/^[^\n]*is damaged, or no SQLite database at all; [^\n]*$/),
    });
  });

  it('says that a folder is no file to keep a store in', async () => {
    await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'store-unreachable' });
  });

  it('of version 1 is brought to this version, and keeps its trials', async () => {
    const file = newFile();
    const store = await openSqliteStore(file);
    const { sweep: kept } = await store.addSweep(sweep, [exampleTrial(1), exampleTrial(2)]);
    const fence = await store.leaseTrial(kept.id, { owner: 'me', milliseconds: 1000 });
    if (!fence) throw new Error('no trial to lease');
    await store.recordEpoch(fence, { epoch: 1, validationError: 0.5 });
    await store.finishTrial(fence, { status: 'completed', error: 0.5, bestError: 0.5 });
    const before = await store.trials(kept.id);
    await store.close();
    // What later versions have beyond version 1.
    const old = openSqliteFile(file);
    old.exec(
      'drop table sweepNotes; drop table trialNotes; drop index attemptsByEnd; drop index trialsByState; drop index trialsBySpace; drop index trialsByColumns; ' +
        'create index trialsByError on trials(sweepId, status, error)',
    );
    const network = ['depth', 'stages', 'groupWidth', 'bottleneckRatio', 'seRatio', 'block', ...widthColumns];
    for (const column of ['stopped', 'rung', 'waitingAt', 'waitingOutcome', 'fit', ...network])
      old.exec(`alter table trials drop column ${column}`);
    old.exec('alter table attempts drop column evaluation');
    old.exec('update storeVersion set version = 1');
    old.close();
    const told: string[] = [];
    const migrated = await openSqliteStore(file, (text) => told.push(text));
    const backup = `${file}.v1-backup`;
    expect(told).toEqual([
      `${file} is brought from version 1 of the store to ${storeVersion}; as it was it is kept as ${backup}`,
    ]);
    const kept1 = openSqliteFile(backup, { readonly: true });
    expect(kept1.prepare('select version from storeVersion').all()).toEqual([{ version: 1 }]);
    expect(kept1.prepare('select count(*) as count from trials').all()).toEqual([{ count: 2 }]);
    kept1.close();
    await (await openSqliteStore(file, (text) => told.push(text))).close();
    expect(told).toHaveLength(1);
    expect(await migrated.trials(kept.id)).toEqual(before);
    const where = 'depth = 1 and width1 = 24 and width2 = none and block = bottleneck and groupWidth = 8';
    expect(await migrated.trials(kept.id, { where })).toEqual(before);
    expect(await migrated.findSweep(`#${kept.id}`)).toMatchObject({ stopped: 0, waiting: 0 });
    expect(await migrated.leaseTrial(kept.id, { owner: 'me', milliseconds: 1000 })).toMatchObject({
      trial: { rung: 0, index: 0 },
    });
    await migrated.close();
  });

  it('waits while another process writes', async () => {
    const file = newFile();
    const store = await openSqliteStore(file);
    // In a process of its own, since waiting blocks this one.
    const program = `
      const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))});
      const db = new Database(${JSON.stringify(file)});
      db.exec('begin immediate');
      console.log('locked');
      setTimeout(() => { db.exec('commit'); db.close(); }, 400);`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    expect(await store.addSweep(sweep, [exampleTrial(1)])).toMatchObject({ added: true });
    await exit;
    await store.close();
  });

  // Root may write to any folder but one on a disk that is mounted read-only.
  const isRoot = process.getuid?.() === 0;
  const canMount = isRoot && tryMount(join(folder, 'try'));

  it.skipIf(isRoot && !canMount)('says in one sentence that a folder is read-only', async () => {
    const locked = join(folder, 'locked');
    mkdirSync(locked);
    if (isRoot) mount(locked, 'ro');
    else chmodSync(locked, 0o555);
    try {
      await expect(openSqliteStore(join(locked, 'x.db'))).rejects.toMatchObject({
        code: 'store-read-only',
        message: expect.stringMatching(
          /^[^\n]*locked cannot be written, so the store [^\n]*x\.db cannot be used; allow writing there[^\n]*$/,
        ),
      });
    } finally {
      if (isRoot) unmount(locked);
    }
  });

  it.skipIf(!canMount)('says in one sentence that the disk is full, and keeps what was written', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    mount(disk, 'size=512k');
    try {
      const store = await openSqliteStore(join(disk, 'x.db'));
      const { sweep: kept } = await store.addSweep(sweep, [exampleTrial(1)]);
      const many = Array.from({ length: 3000 }, (_, i) => exampleTrial(i));
      await expect(store.addSweep({ ...sweep, planHash: 'fedcba' }, many)).rejects.toMatchObject({
        code: 'store-full',
        message: expect.stringMatching(/^no space is left on the disk of .*x\.db; free some and run again/),
      });
      expect(await store.trials(kept.id)).toHaveLength(1);
      expect(await store.sweeps()).toHaveLength(1);
      await store.close();
    } finally {
      unmount(disk);
    }
  });

  it.skipIf(!canMount)(
    'of an older version is left untouched where there is no room for a copy of it',
    async () => {
      const disk = join(folder, 'narrow');
      mkdirSync(disk);
      mount(disk, 'size=2m');
      try {
        const file = join(disk, 'x.db');
        const store = await openSqliteStore(file);
        const { sweep: kept } = await store.addSweep(
          sweep,
          Array.from({ length: 900 }, (_, i) => exampleTrial(i)),
        );
        await store.close();
        const old = openSqliteFile(file);
        old.exec('update storeVersion set version = 1');
        old.close();
        const free = statfsSync(disk);
        writeFileSync(join(disk, 'other'), Buffer.alloc(free.bavail * free.bsize - 100_000));
        await expect(openSqliteStore(file)).rejects.toMatchObject({
          code: 'store-full',
          message: expect.stringMatching(/no room for the copy .* it was left untouched: free as much space/),
        });
        const read = openSqliteFile(file, { readonly: true });
        expect(read.prepare('select version from storeVersion').all()).toEqual([{ version: 1 }]);
        expect(read.prepare('select count(*) as count from trials where "sweepId" = ?').all(kept.id)).toEqual(
          [{ count: 900 }],
        );
        read.close();
      } finally {
        unmount(disk);
      }
    },
  );
});

function mount(path: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', path], { stdio: 'pipe' });
}

function unmount(path: string): void {
  execFileSync('umount', ['-l', path]);
}

/** Not even root may mount inside many containers. */
function tryMount(path: string): boolean {
  mkdirSync(path);
  try {
    mount(path, 'size=64k');
    unmount(path);
    return true;
  } catch {
    return false;
  }
}
