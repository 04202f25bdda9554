/** Reports and the page that lists them, by the command. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../bin/netspace.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-reports-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function netspace(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

const stages = [{ depth: 1, width: 24, stride: 2, bottleneckRatio: 1, groupWidth: 8 }];
const lines = Array.from({ length: 8 }, (_, i) =>
  JSON.stringify({ space: i % 2 === 0 ? 'a' : 'b', network: { stages }, error: 0.1 + i / 100 }),
);
writeFileSync(join(folder, 'trials.jsonl'), `${lines.join('\n')}\n`);

it('a page lists the reports of a folder, and a report that comes later is on it by itself', () => {
  const index = join(folder, 'reports', 'index.html');
  const report = (name: string) =>
    netspace('report', 'trials.jsonl', '-o', `reports/${name}.html`, '--title', `titled ${name}`);
  expect(report('first')).toMatchObject({ status: 0 });
  expect(existsSync(index)).toBe(false);
  const { status, stdout } = netspace('reports');
  expect([status, stdout]).toEqual([0, `${index}\n`]);
  expect(readFileSync(index, 'utf8')).toContain('titled first');
  expect(report('within/second')).toMatchObject({ status: 0 });
  const text = readFileSync(index, 'utf8');
  expect(text.indexOf('titled within/second')).toBeGreaterThan(0);
  expect(text.indexOf('titled within/second')).toBeLessThan(text.indexOf('titled first'));
  const told = netspace('reports', '--json')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(told).toMatchObject([
    { path: 'within/second.html', summary: { title: 'titled within/second', spaces: [{ n: 4 }, { n: 4 }] } },
    { path: 'first.html' },
  ]);
});

it('a page of somebody’s own is not written over', () => {
  writeFileSync(join(folder, 'index.html'), 'mine');
  const { status, stderr } = netspace('reports', '.');
  expect([status, stderr.includes('was not made by netspace')]).toEqual([2, true]);
  expect(netspace('report', 'trials.jsonl', '-o', 'beside.html')).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('mine');
});

it('a report names each of its files with size and checksum, and no folder', () => {
  const [file, other] = [join(folder, 'trials.jsonl'), join(folder, 'other.jsonl')];
  writeFileSync(other, `${lines.slice(0, 4).join('\n')}\n`);
  expect(netspace('report', file, 'other.jsonl', '-o', 'both.html', '--title', 'T')).toMatchObject({
    status: 0,
  });
  const page = readFileSync(join(folder, 'both.html'), 'utf8');
  for (const [i, path] of [file, other].entries()) {
    const bytes = readFileSync(path);
    expect(page).toContain(createHash('sha256').update(bytes).digest('hex'));
    expect(page).toContain(`${bytes.length} bytes`);
    expect(page).toContain(`${i + 1}: SHA-256`);
  }
  expect(page).not.toContain(folder);
});
