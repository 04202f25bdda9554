import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticSweep } from '../../analysis/test/synthetic.ts';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-compare-'));
const file = join(folder, 'both.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

const trials = syntheticSweep(20, 5);

beforeAll(() => {
  const lines = (kept: typeof trials): string => kept.map((trial) => `${JSON.stringify(trial)}\n`).join('');
  writeFileSync(file, lines(trials));
  writeFileSync(join(folder, 'regnet.jsonl'), lines(trials.filter(({ space }) => space === 'regnet-x')));
});

interface Compared {
  readonly a: string;
  readonly b: string;
  readonly meanDifference: { readonly estimate: number };
  readonly sentence: string;
}

function meanError(space: string): number {
  const errors = trials
    .filter((trial) => trial.space === space)
    .map(({ status, error }) => (status === 'completed' ? (error ?? NaN) : 1));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

describe('netspace compare', () => {
  it('tells two spaces of one file by their mark, with failures as errors of 1', () => {
    const [pair] = netspaceJson(['compare', `${file}#anynet-a`, `${file}#regnet-x`, '--json']) as Compared[];
    expect(pair).toMatchObject({
      a: 'anynet-a',
      b: 'regnet-x',
      ks: { statistic: expect.any(Number) as number, p: expect.any(Number) as number },
      medianDifference: { low: expect.any(Number) as number },
      minDifference: { high: expect.any(Number) as number, draws: 10 },
      superiority: { estimate: expect.any(Number) as number },
      populations: [
        { name: 'anynet-a', n: 20, failed: 1, failures: [{ name: 'anynet-a 4', status: 'diverged' }] },
        { name: 'regnet-x', n: 20, failed: 1, failures: [{ status: 'failed' }] },
      ],
    });
    expect(pair?.meanDifference.estimate).toBeCloseTo(meanError('anynet-a') - meanError('regnet-x'), 12);
  });

  it('takes a file that stands alone apart, and one of several as a whole', () => {
    const [alone] = netspaceJson(['compare', file, '--json']) as Compared[];
    expect([alone?.a, alone?.b]).toEqual(['anynet-a', 'regnet-x']);
    const [whole] = netspaceJson(['compare', file, join(folder, 'regnet.jsonl'), '--json']) as Compared[];
    expect([whole?.a, whole?.b]).toEqual([file, 'regnet-x']);
  });

  it('lists the pairs of more than two, and calls two of one name by where they come from', () => {
    const [answer] = netspaceJson([
      'compare',
      `${file}#anynet-a`,
      `${file}#regnet-x`,
      join(folder, 'regnet.jsonl'),
      '--json',
    ]) as { pairs: Compared[] }[];
    expect(answer?.pairs.map(({ a, b }) => [a, b])[2]).toEqual([
      `${file}#regnet-x`,
      join(folder, 'regnet.jsonl'),
    ]);
    expect(answer?.pairs[2]?.meanDifference.estimate).toBe(0);
  });

  it('answers people in a sentence first, and names the networks that failed', () => {
    const { stdout } = netspace(['compare', `${file}#anynet-a`, `${file}#regnet-x`, '--draws', '4']);
    expect(stdout).toMatch(/^anynet-a and regnet-x cannot be told apart|^(anynet-a|regnet-x) is better than/);
    expect(stdout).toContain('expected best of 4');
    expect(stdout).toContain('anynet-a 4 of anynet-a diverged');
    expect(stdout).toContain('out of memory');
  });

  it.each([
    ['a space that is not there', [`${file}#regnet-y`], /has no space regnet-y, but anynet-a, regnet-x/],
    ['one population alone', [join(folder, 'regnet.jsonl')], /that is one population/],
    ['more draws than networks', [file, '--draws', '99'], /anynet-a has 20 networks with a result/],
    ['the same twice', [`${file}#regnet-x`, `${file}#regnet-x`], /stands there twice/],
  ])('refuses %s', (_what, words, message) => {
    const { code, stderr } = netspace(['compare', ...words]);
    expect(code).toBe(2);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(message);
  });
});
