import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleTrial } from '../../store/test/contract.ts';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-json-'));
const store = join(folder, 'store.db');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const opened = await openSqliteStore(store);
  await opened.addSweep({ name: 'kept', planHash: 'abc', plan: '{}' }, [exampleTrial(1), exampleTrial(2)]);
  await opened.close();
});

describe('--json', () => {
  it('is taken where JSON is printed without it, too', () => {
    const sampled = ['sample', 'anynet-c', '-n', '2'];
    expect(netspaceJson([...sampled, '--json'])).toEqual(netspaceJson(sampled));
    const exported = ['export', 'kept', '--store', store];
    expect(netspaceJson([...exported, '--json'])).toEqual(netspaceJson(exported));
    expect(netspaceJson(exported)).toHaveLength(2);
    const { stdout } = netspace(['space', 'schema', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object' });
  });

  it('and another format contradict each other', () => {
    const { code, stderr, stdout } = netspace([
      'sample',
      'anynet-c',
      '-n',
      '2',
      '--json',
      '--format',
      'table',
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--format table');
  });

  it('tells what was deleted, and nothing where it was not', () => {
    const words = ['delete', 'kept', '--store', store, '--json'];
    expect(netspace(words)).toMatchObject({ code: 2, stdout: '' });
    expect(netspaceJson([...words, '--yes'])).toEqual([{ sweep: 1, trials: 2 }]);
    expect(netspace(['status', '--store', store, '--json']).stdout).toBe('');
  });
});
