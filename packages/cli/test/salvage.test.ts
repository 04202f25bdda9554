import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-salvage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('what is left of a damaged store is written down, and can be imported again', () => {
  const [store, list, saved] = ['s.db', 'all.jsonl', 'saved.jsonl'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const trials = Array.from({ length: 300 }, (_, i) => ({
    space: 'a',
    network: { stages: [{ depth: 1, width: 16, stride: 2, bottleneckRatio: 1, groupWidth: 8 }] },
    error: i / 1000,
    curve: [{ epoch: 1, validationError: i / 1000 }],
  }));
  writeFileSync(list, trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
  netspaceJson(['import', list, '--store', store, '--json']);
  const file = openSync(store, 'r+');
  const pages = statSync(store).size / 4096;
  for (let page = 20; page < pages; page += 10) writeSync(file, Buffer.alloc(4096, 7), 0, 4096, page * 4096);
  closeSync(file);

  const salvaged = netspace(['salvage', store, '-o', saved, '--json']);
  expect(salvaged.code).toBe(0);
  const told = JSON.parse(salvaged.stdout) as { trials: number; unreadable: { trials: number } };
  expect(told.trials).toBeGreaterThan(100);
  expect(told.trials).toBeLessThan(300);
  expect(salvaged.stderr).toMatch(/^\d+ trials read from .*saved\.jsonl\nnot readable: \d+ trials?, /);
  const lines = readFileSync(saved, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(told.trials);
  const again = ['import', saved, '--store', join(folder, 'new.db'), '--json'];
  expect(netspaceJson(again)).toMatchObject([{ added: true, trials: told.trials }]);
  expect(netspace(['salvage', join(folder, 'none.db')]).code).toBe(2);
});
