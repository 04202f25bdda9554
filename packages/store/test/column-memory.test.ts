import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { rememberColumns } from '../column-memory.ts';
import type { Engine } from '../engine.ts';
import type { KnownColumn } from '../known-column.ts';
import { fileSqliteDialect } from '../sqlite-dialect.ts';
import { sqliteExpressions } from '../sqlite-expressions.ts';
import { openSqliteStore } from '../sqlite.ts';
import type { Tables } from '../tables.ts';
import { keyColumn } from '../trial-columns.ts';
import { exampleTrial } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-memory-'));
const location = join(folder, 'netspace.db');
const store = await openSqliteStore(location);
const rates = [0.2, 0.1, 'cos', 0.3, 0.1];
const trials = rates.map((learningRate) => ({ ...exampleTrial(1), recipe: { learningRate } }));
const { sweep } = await store.addSweep({ name: 'n', planHash: 'aaaaaa', plan: '{}' }, trials);
await store.close();
const statements: string[] = [];
const db = new Kysely<Tables>({
  dialect: fileSqliteDialect(new Database(location), location),
  log: ({ query }) => void statements.push(query.sql),
});
/** What of an engine reading a column needs. */
const engine = { db, expressions: sqliteExpressions, version: sql`1` } as unknown as Engine;
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

describe('the memory of columns', () => {
  const read = (memory: ReturnType<typeof rememberColumns>, key: string): Promise<KnownColumn> =>
    memory.column(sweep.id, key, keyColumn(engine, 'recipe', key));

  it('reads a recipe once, for all who ask for it at a time and after', async () => {
    const memory = rememberColumns(engine);
    const before = statements.length;
    const [a, b] = await Promise.all([read(memory, 'learningRate'), read(memory, 'learningRate')]);
    expect(a.values).toEqual(rates);
    expect(b).toBe(a);
    expect(await read(memory, 'learningRate')).toBe(a);
    const reading = statements.slice(before).filter((text) => text.includes('"recipe"'));
    expect(reading).toHaveLength(1);
  });

  it('ranks numbers before texts, equal values alike, and what is missing last both ways', async () => {
    const memory = rememberColumns(engine);
    const { ranks } = await read(memory, 'learningRate');
    expect([...ranks(false)]).toEqual([1, 0, 3, 2, 0]);
    expect([...ranks(true)]).toEqual([1, 2, 3, 0, 2]);
    const none = await read(memory, 'nothing');
    expect([...none.ranks(true)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('forgets what nobody has asked for longest when it holds too much', async () => {
    const memory = rememberColumns(engine, 2 * rates.length);
    const [a, b] = [await read(memory, 'a'), await read(memory, 'b')];
    expect(await read(memory, 'a')).toBe(a);
    await read(memory, 'c');
    expect(await read(memory, 'a')).toBe(a);
    expect(await read(memory, 'b')).not.toBe(b);
  });
});
