import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteFile } from '../sqlite-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-sqlite-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a SQLite file', () => {
  it('makes a statement once for each text, and a second one while the first is iterated over', () => {
    const file = openSqliteFile(':memory:');
    file.exec('create table numbers (value integer)');
    const insert = file.prepare<[number], unknown>('insert into numbers values (?)');
    for (const value of [1, 2, 3]) insert.run(value);
    const text = 'select value from numbers';
    const all = file.prepare<[], { value: number }>(text);
    expect(file.prepare(text)).toBe(all);
    for (const { value } of all.iterate())
      expect(file.prepare<[], unknown>(text).all()).toHaveLength(value > 0 ? 3 : 0);
    expect(file.prepare(text).all()).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
    file.close();
  });

  it('tells pragmas as values and as rows, and takes those that return nothing', () => {
    const file = openSqliteFile(join(folder, 'pragmas.db'));
    expect(file.pragma('journal_mode = WAL', { simple: true })).toBe('wal');
    expect(file.pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(file.pragma('foreign_keys = ON')).toBeUndefined();
    expect(file.pragma('foreign_keys', { simple: true })).toBe(1);
    file.close();
  });

  // Node 24.19 and newer abort where a statement is freed.
  it('survives the collector, which runs at any moment', () => {
    const entry = fileURLToPath(new URL('../dist/sqlite-file.js', import.meta.url));
    const program = `
      const { openSqliteFile } = await import(${JSON.stringify(entry)});
      const file = openSqliteFile(':memory:');
      file.exec('create table numbers (value integer)');
      const garbage = [];
      // Collections fall into moments in which no JavaScript is on the stack.
      for (let k = 0; k < 20_000; k++) {
        file.prepare('select ' + (k % 50) + ', value from numbers').all();
        await null;
        garbage[k % 100] = Array.from({ length: 100 }, () => ({}));
      }
      file.close();
      console.log('done');`;
    const words = ['--input-type=module', '-e', program];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect(stdout, stderr).toBe('done\n');
    expect(status).toBe(0);
  });
});
