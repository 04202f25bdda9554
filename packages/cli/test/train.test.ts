import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson, script } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const network = join(folder, 'net.json');
writeFileSync(
  network,
  '{"stem":{"kind":"simple","width":8},"stages":[{"depth":1,"width":8,"stride":2,"bottleneckRatio":1,"groupWidth":4}]}',
);
const words = ['train', network, '--data', 'fashion-mnist-12k', '--epochs', '2', '--json'];

type Line = Readonly<Record<string, unknown>>;
const withoutStart = ({ secondsToFirstStep: _start, ...rest }: Line): Line => rest;

describe('netspace train', { timeout: 90_000 }, () => {
  it('goes on from a checkpoint that is there, and prints the same result', () => {
    const checkpoint = join(folder, 'checkpoint');
    const first = netspaceJson([...words, '--checkpoint', checkpoint]) as Line[];
    const again = netspace([...words, '--checkpoint', checkpoint]);
    expect(again.stderr).toContain(`${checkpoint}: goes on after epoch 2`);
    const lines = again.stdout
      .trim()
      .split('\n')
      .map((line): Line => JSON.parse(line));
    expect(lines.map(withoutStart)).toEqual(first.map(withoutStart));
  });

  it('says what the predictions of the last epoch are worth', () => {
    const result = netspaceJson(words).at(-1) as Line;
    expect(result).toMatchObject({ status: 'completed', epochs: 2, k: 5 });
    expect(result).not.toHaveProperty('testError');
    for (const key of ['error', 'bestError', 'topKError', 'calibrationError'])
      expect(result[key]).toSatisfy((share: number) => share >= 0 && share <= 1);
    expect(result['confusion']).toHaveLength(10);
    expect(result['classErrors']).toHaveLength(10);
  });

  it('prints the test error when asked, in words as well', () => {
    const plain = words.filter((word) => word !== '--json');
    const { code, stdout } = netspace([...plain, '--test']);
    expect(code).toBe(0);
    const [first, second, headline, ...figures] = stdout.trim().split('\n');
    expect([first, second]).toEqual([
      expect.stringMatching(/^epoch 1\/2 {2}train loss \d\.\d{4} {2}validation error [\d.]+ %/),
      expect.stringMatching(/^epoch 2\/2 /),
    ]);
    expect(headline).toMatch(/^completed: error [\d.]+ % \(best epoch \d: [\d.]+ %\)$/);
    expect(figures).toEqual([
      expect.stringMatching(/^top-5 error [\d.]+ %$/),
      expect.stringMatching(/^calibration error [\d.]+ %$/),
      expect.stringMatching(/^errors by class: T-shirt.* [\d.]+ %, /),
      expect.stringMatching(/^test error [\d.]+ %$/),
    ]);
  });

  it('refuses a checkpoint of another training in one sentence', () => {
    const { code, stderr } = netspace([...words, '--seed', '2', '--checkpoint', join(folder, 'checkpoint')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/checkpoint of another training, with seed 1 instead of 2/);
  });

  it('does not take a file that is something else for a checkpoint', () => {
    const { code, stderr } = netspace([...words, '--checkpoint', network]);
    expect(code).toBe(1);
    expect(stderr).toContain('it is not a checkpoint, and is not replaced');
  });

  it('leaves no process behind when it is killed', async () => {
    const endless = ['train', network, '--data', 'fashion-mnist-12k', '--epochs', '9999', '--json'];
    const child = spawn(process.execPath, [script, ...endless], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    // The training process has inherited the pipe: it ends when that process does.
    child.stdout.resume();
    await once(child.stdout, 'end');
    expect(child.signalCode).toBe('SIGKILL');
  });
});

describe('netspace recipe', () => {
  it('shows a recipe from a file with its gaps filled', () => {
    const file = join(folder, 'recipe.yaml');
    writeFileSync(file, 'extends: paper-10-epochs\nmixup: 0.2\n');
    const [shown] = netspaceJson(['recipe', 'show', file, '--json']);
    expect(shown).toMatchObject({ epochs: 10, mixup: 0.2, augmentation: 'flip-crop', optimizer: 'sgd' });
    expect(netspace(['recipe', 'show', file]).stdout).toContain('\nmixup: 0.2\n');
  });

  it('lists names that can be shown, and suggests one', () => {
    const names = netspace(['recipe', 'list']).stdout.trim().split('\n');
    expect(names).toContain('quick');
    expect(netspace(['recipe', 'show', 'quik']).stderr).toContain('quick');
    expect(netspace(['recipe', 'show', 'quik']).code).toBe(2);
  });

  it('prints a schema that is JSON', () => {
    expect(JSON.parse(netspace(['recipe', 'schema']).stdout)).toHaveProperty('properties.emaAlpha');
  });
});
