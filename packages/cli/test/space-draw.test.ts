import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-draw-'));
mkdirSync(join(folder, 'folder.svg'));
afterAll(() => rmSync(folder, { recursive: true }));

const few = ['--samples', '20'];

describe('netspace space draw', () => {
  it('prints one SVG, the same for the same seed', () => {
    const seeded = (seed: string): string[] => ['space', 'draw', 'anynet-c', ...few, '--seed', seed];
    const { stdout, stderr, code } = netspace(seeded('seven'));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.startsWith('<svg xmlns=')).toBe(true);
    expect(stdout.trimEnd().endsWith('</svg>')).toBe(true);
    expect(netspace(seeded('seven')).stdout === stdout).toBe(true);
    expect(netspace(seeded('eight')).stdout === stdout).toBe(false);
  });

  it('writes a page where the name ends in .html, in folders that it makes, and prints its path', () => {
    const file = join(folder, 'new', 'two.html');
    const { stdout, code } = netspace(['space', 'draw', 'anynet-a', 'anynet-e', ...few, '-o', file]);
    expect([code, stdout]).toEqual([0, `${file}\n`]);
    const page = readFileSync(file, 'utf8');
    for (const said of ['<!doctype html>', 'Design spaces anynet-a, anynet-e', 'id="comparison"'])
      expect(page.includes(said)).toBe(true);
    expect(readdirSync(join(folder, 'new'))).toEqual(['two.html']);
  });

  it('draws declared spaces of a file, in a window and at a resolution, dark if wanted', () => {
    const space = join(folder, 'mine.yaml');
    writeFileSync(space, 'name: mine\nextends: anynet-a\nstages: 2\nstem: { kind: cifar, width: 16 }\n');
    const limits = ['--flops', ':50M', '--resolution', '32', '--channels', '1', '--classes', '10'];
    const { stdout } = netspace(['space', 'draw', space, ...few, ...limits, '--look', 'dark']);
    for (const said of ['at most 50M flops', '32 × 32 pixels, 1 channel, 10 classes', '#14181c'])
      expect(stdout.includes(said)).toBe(true);
  });

  it.each<[string[], number, string, string]>([
    [['anynet-f'], 1, 'anynet-', 'a misspelt space'],
    [['anynet-a', '--flops', '1:2'], 1, 'no network in the window', 'a window without members'],
    [['anynet-a', '--flops', '9M:3M'], 2, '3M:9M', 'a window upside down'],
    [['anynet-a', '--samples', '0'], 2, 'at least 1', 'no networks'],
    [['anynet-a', '-o', 'space.png'], 2, '.svg or .html', 'a form that there is not'],
    [['anynet-a', '--look', 'pink'], 2, 'light, dark', 'a look that there is not'],
    [[...'abcde'].map(() => 'anynet-a'), 2, 'at most 4', 'too many spaces'],
    [
      ['anynet-a', ...few, '-o', '/dev/null/space.svg'],
      1,
      '/dev/null/space.svg cannot be written: a part of its path is a file',
      'a path that cannot be',
    ],
    [
      ['anynet-a', ...few, '-o', `${folder}/folder.svg`],
      1,
      'folder.svg cannot be written: it is a folder',
      'a folder',
    ],
    [[], 2, 'spaces', 'no space'],
  ])('%j ends with code %i and says %j', (words, code, message) => {
    const before = readdirSync(folder);
    const result = netspace(['space', 'draw', ...words], { cwd: folder });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('leaves an older picture as it was when the new one fails', () => {
    const file = join(folder, 'kept.svg');
    writeFileSync(file, 'older');
    expect(netspace(['space', 'draw', 'anynet-a', '--flops', '1:2', '-o', file]).code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe('older');
    expect(readdirSync(folder).filter((name) => name.startsWith('kept'))).toEqual(['kept.svg']);
  });
});
