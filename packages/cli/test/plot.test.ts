import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { syntheticSweep } from '../../analysis/test/synthetic.ts';
import { netspace } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-plot-'));
const file = join(folder, 'trials.jsonl');
writeFileSync(
  file,
  syntheticSweep(30, 4)
    .map((trial) => `${JSON.stringify(trial)}\n`)
    .join(''),
);
afterAll(() => rmSync(folder, { recursive: true }));

function plot(kind: string, name: string, ...options: string[]): Buffer {
  const output = join(folder, name);
  const { code, stderr } = netspace(['plot', kind, file, '-o', output, ...options]);
  expect([code, stderr]).toEqual([0, '']);
  return readFileSync(output);
}

describe('a figure for a paper', { timeout: 120_000 }, () => {
  it.each([
    { kind: 'edf', options: [] },
    { kind: 'bootstrap', options: ['--parameter', 'initialWidth'] },
    { kind: 'widths', options: ['--space', 'regnet-x'] },
    { kind: 'trend', options: ['--space', 'regnet-x', '--parameter', 'widthSlope'] },
    { kind: 'curves', options: [] },
    { kind: 'normalized', options: ['--measure', 'params'] },
    { kind: 'expected-best', options: [] },
    { kind: 'pairs', options: ['--parameter', 'flops,depth'] },
  ])('$kind needs no font, and has the size asked for', ({ kind, options }) => {
    const svg = plot(kind, `${kind}.svg`, ...options, '--width', '3.5', '--height', '2').toString();
    expect(svg).toMatch(/^<svg [^>]*width="3.5in" height="2in"/);
    expect(/<text|font-family|var\(|NaN|undefined/.exec(svg)?.[0]).toBe(undefined);
  });

  it('is the same to the byte each time, as SVG and as PNG', () => {
    for (const name of ['twice.svg', 'twice.png']) expect(plot('edf', name)).toEqual(plot('edf', name));
  });

  it('is a PNG of so many pixels an inch, on white, with its letters in it', () => {
    const png = plot('edf', 'edf.png', '--width', '2', '--height', '1.5', '--dpi', '200');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([400, 300]);
    const bare = plot('edf', 'bare.png', '--width', '2', '--height', '1.5', '--dpi', '200', '--no-legend');
    expect(bare.equals(png)).toBe(false);
  });

  it.each([
    { words: ['edf', '-o', 'x.gif'], says: 'ends in .svg or .png' },
    { words: ['widths', '-o', 'x.svg'], says: 'this figure is of one space' },
    { words: ['pairs', '-o', 'x.svg', '--parameter', 'depth'], says: 'takes two, such as flops,depth' },
    { words: ['bootstrap', '-o', 'x.svg', '--parameter', 'dept'], says: 'did you mean depth' },
    { words: ['edf', '-o', 'x.svg', '--space', 'regnet-y'], says: 'no space regnet-y' },
  ])('says what is wrong with $words', ({ words: [kind = '', ...options], says }) => {
    const { code, stderr } = netspace(['plot', kind, file, ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
