/** The examples as a reader runs them: real processes, from their sources, in a folder of their own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const examples = fileURLToPath(new URL('../experiments/examples', import.meta.url));
const tsx = fileURLToPath(new URL('node_modules/.bin/tsx', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(name: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(tsx, [join(examples, `${name}.ts`), ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Scripts, each with what it must have said. */
const says: Readonly<Record<string, RegExp>> = {
  'sample-networks': /^(3[6-9]\d|400)(\.\d+)?M flops: .*\n(.*\n){4}[\d.]+ % of what was drawn/,
  'analyze-trials': /A: 12 networks.*[\s\S]*RegNet: 12 networks/,
  'compare-spaces': /narrow is better than wide/,
  'fit-widths': /RegNetX-200MF: 13 blocks, .* missed by 0.0 %\n {2}predicted: 24, 56, 152, 368\n/,
  // By hand: stem 72·28², stage 1 (72 + 128 + 144 + 256)·14², stage 2 (144 + 512 + 288 + 1024)·7², head 330; batch norms have 2 parameters a channel.
  'custom-block': /flops: 270810, params: 3322, activations: 22746 [\s\S]*epoch 2: error 0\.\d+/,
  'custom-space':
    /(\d+ x \d+(, )?){4}\n[\s\S]*ResNet-50 breaks third-stage-is-deepest: the third stage has 6 of 16 blocks/,
  'custom-recipe-dimension': /(seed \d+: batches of (32|64|128|256), learning rate 0\.\d{4}\n){4}/,
  'custom-dataset': /error 0(\.\d+)? on held-out images, 0(\.\d+)? on the test part/,
  'custom-engine': /27 trials, 24 stopped early/,
};

describe('an example', () => {
  it('is shorter than 40 lines and runs in a test', () => {
    const names = readdirSync(examples).filter((name) => name.endsWith('.ts'));
    expect(names.map((name) => name.slice(0, -3)).toSorted()).toEqual(
      [...Object.keys(says), 'run-sweep'].toSorted(),
    );
    for (const name of names)
      expect(readFileSync(join(examples, name), 'utf8').split('\n').length, name).toBeLessThanOrEqual(40);
  });

  it.each(Object.entries(says))(
    'does what it says: %s',
    (name, wanted) => {
      expect(run(name)).toMatch(wanted);
    },
    180_000,
  );

  it('runs a sweep, and when repeated finds it finished', () => {
    const store = join(folder, 'sweep.db');
    expect(run('run-sweep', store)).toMatch(
      /trial \d+: completed[\s\S]*10 of 10 networks were trained\n.*mean error/,
    );
    expect(run('run-sweep', store)).toMatch(/^10 of 10 networks were trained\n/);
  }, 300_000);
});
