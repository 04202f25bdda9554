import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trial } from '@netspace/population/trial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { salvageStore, type Salvage } from '../salvage.ts';
import { openSqliteStore } from '../sqlite.ts';
import { exampleTrial } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-salvage-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { cost: _cost, ...planned } = exampleTrial(1);
const trials: readonly Trial[] = Array.from({ length: 400 }, (_, i) => ({
  ...planned,
  space: `space-${i % 7}`,
  status: 'completed',
  error: i / 1000,
  seed: i,
  curve: Array.from({ length: 5 }, (__, epoch) => ({ epoch: epoch + 1, trainLoss: i, validationError: 0.5 })),
  provenance: { host: `host-${i}` },
}));

let files = 0;
const sound = join(folder, 'sound.db');

beforeAll(async () => {
  const store = await openSqliteStore(sound);
  await store.importSweep({ name: 'kept', planHash: 'abcdef', plan: '{}' }, trials);
  await store.close();
});

function copyOf(source = sound): string {
  const path = join(folder, `copy-${files++}.db`);
  copyFileSync(source, path);
  return path;
}

/** Fills so many bytes with what is neither a page nor JSON. */
function overwrite(path: string, at: number, bytes: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0xa7), 0, bytes, at);
  closeSync(file);
}

/** Nothing that is told may be other than it was; epochs may be missing, and what the attempt told. */
function expectTrue(found: Salvage): void {
  for (const { curve = [], ...trial } of found.trials) {
    const { curve: whole = [], provenance, ...original } = trials[trial.index] ?? {};
    expect(trial).toMatchObject(original);
    expect([undefined, provenance]).toContainEqual(trial.provenance);
    for (const record of curve) expect(whole).toContainEqual(record);
  }
  expect(new Set(found.trials.map(({ index }) => index)).size).toBe(found.trials.length);
}

describe('of a SQLite store', () => {
  it('that is sound, everything is read', () => {
    const found = salvageStore(sound);
    expect(found.unreadable).toEqual({ trials: 0, attempts: 0, epochs: 0 });
    expect(found.trials).toMatchObject(trials);
    expect(found.sweeps).toEqual(new Map([[1, 'kept']]));
  });

  it('whose pages are overwritten in their middle, the rows beside those are read, and the file is left as it is', () => {
    const path = copyOf();
    const pages = Math.floor(statSync(path).size / 4096);
    for (const share of [0.15, 0.25, 0.35, 0.45, 0.55])
      overwrite(path, Math.floor(pages * share) * 4096 + 1900, 500);
    const before = readFileSync(path);
    const found = salvageStore(path);
    expectTrue(found);
    expect(found.trials.length).toBeGreaterThan(300);
    const { unreadable } = found;
    expect(unreadable.trials + unreadable.attempts + unreadable.epochs).toBeGreaterThan(0);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('with whole pages destroyed, the other pages are read', () => {
    const path = copyOf();
    const pages = Math.floor(statSync(path).size / 4096);
    for (let page = 20; page < pages; page += 9) overwrite(path, page * 4096, 4096);
    const found = salvageStore(path);
    expectTrue(found);
    expect(found.trials.length).toBeGreaterThan(200);
    expect(found.trials.length).toBeLessThan(400);
    expect(found.unreadable.trials).toBeGreaterThan(0);
  });

  it('that was cut off, what stands before the cut is read', () => {
    const path = copyOf();
    truncateSync(path, Math.floor(statSync(path).size * 0.4));
    const found = salvageStore(path);
    expectTrue(found);
    expect(found.trials.length).toBeGreaterThan(0);
    expect(found.unreadable.trials + found.unreadable.epochs).toBeGreaterThan(0);
  });

  it('whose log is torn, the transactions before the tear are read', async () => {
    const path = join(folder, 'log.db');
    const store = await openSqliteStore(path);
    const torn = join(folder, 'torn.db');
    for (let i = 0; i < 20; i++)
      await store.importSweep({ name: `s${i}`, planHash: `${i}`.repeat(8), plan: '{}' }, trials.slice(0, 10));
    copyFileSync(path, torn);
    copyFileSync(`${path}-wal`, `${torn}-wal`);
    await store.close();
    truncateSync(`${torn}-wal`, Math.floor(statSync(`${torn}-wal`).size * 0.7));
    const found = salvageStore(torn);
    expectTrue({ ...found, trials: found.trials.filter(({ sweepId }) => sweepId === 1) });
    expect(found.trials.length % 10).toBe(0);
    expect(found.trials.length).toBeGreaterThanOrEqual(50);
    expect(found.trials.length).toBeLessThan(200);
  });

  it('whose first page is destroyed, nothing is read, and that is said', () => {
    const path = copyOf();
    overwrite(path, 0, 4096);
    expect(() => salvageStore(path)).toThrow(
      expect.objectContaining({ code: 'store-damaged', message: expect.stringContaining('its first page') }),
    );
    writeFileSync(path, 'not a database, but long enough to be taken for one by its name alone');
    expect(() => salvageStore(path)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
  });
});
