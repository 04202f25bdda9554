/** `netspace bench PLAN` against the sweep itself: real workers, tiny networks, the real library. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = join(folder, 'plan.yaml');
writeFileSync(
  plan,
  `name: bench
seed: 3
spaces:
  - space:
      extends: anynet-a
      stages: 2
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1, 2, 3], width: [8, 16, 32], groupWidth: [4, 8], bottleneckRatio: [1, 2] }
    networks: 6
data: { name: fashion-mnist-12k, validationShare: 0.2, limit: 2000 }
recipe: { epochs: 4, batchSize: 64, emaAlpha: 1.0e-4 }
`,
);

function netspace(...words: string[]) {
  return spawnSync(process.execPath, [script, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
}

interface Bench {
  readonly networks: readonly { readonly seconds: number; readonly imagesPerSecond: number }[];
  readonly seconds: number;
  readonly workerSeconds: number;
  readonly idleWorkerSeconds: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly range: { readonly low: number; readonly high: number };
  readonly memory: number;
  readonly delay: number;
  readonly calibrated: { readonly seconds: number };
}

describe('the bench of a plan', () => {
  it('foretells the time that the sweep then takes, measured by its workers’ processors', () => {
    const { stdout, stderr, status } = netspace(
      'bench',
      plan,
      '--workers',
      '2',
      '--networks',
      '3',
      '--steps',
      '4',
      '--json',
    );
    expect(status, stderr).toBe(0);
    const bench = JSON.parse(stdout) as Bench;
    expect(bench.networks).toHaveLength(3);
    expect(bench.range.low).toBeLessThan(bench.seconds);
    expect(bench.range.high).toBeGreaterThan(bench.seconds);
    const parts = Object.values(bench.parts).reduce((sum, each) => sum + each, 0);
    expect(parts).toBeCloseTo(bench.workerSeconds, 6);
    expect((bench.workerSeconds + bench.idleWorkerSeconds) / 2).toBeCloseTo(bench.seconds, 6);
    // TensorFlow alone takes 0.3 GB; nothing here needs two.
    expect(bench.memory).toBeGreaterThan(0.2 * 2 ** 30);
    expect(bench.memory).toBeLessThan(2 * 2 ** 30);
    expect(bench.calibrated.seconds).toBeGreaterThan(0);

    expect(netspace('run', plan, '--workers', '2').status).toBe(0);
    const trained = netspace('export', 'bench')
      .stdout.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { provenance: { cpuSeconds: number } }).provenance.cpuSeconds);
    expect(trained).toHaveLength(6);
    const spent = trained.reduce((sum, each) => sum + each, 0);
    // By CPU time, since others may have worked on this machine more at one time than at another; an epoch forgotten is a factor of 4.
    const foretold = bench.workerSeconds / bench.delay;
    expect(foretold / spent).toBeGreaterThan(1 / 2);
    expect(foretold / spent).toBeLessThan(2);
  }, 600_000);

  it.each([
    [['bench', plan, '--resolution', '64'], '--resolution is of single networks'],
    [['bench', 'RegNetX-200MF', '--workers', '2'], '--workers is of plans'],
  ])('refuses what says nothing of it: %j', (words, message) => {
    const { status, stderr } = netspace(...words);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('names the place of a mistake in the plan, and a plan that is not there', () => {
    const broken = join(folder, 'broken.yaml');
    writeFileSync(broken, 'name: broken\nseed: 1\nspaces: 3\n');
    expect(netspace('bench', broken).stderr).toContain('broken.yaml:3:9');
    const { status, stderr } = netspace('bench', 'nowhere.yaml');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'netspace: nowhere.yaml: there is no such file or folder; check the path, which counts from the working folder\n',
    );
  });
});
