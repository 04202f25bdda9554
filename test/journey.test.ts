/** The whole journey by real processes: plan, workers, store, analysis, report. Trains tiny networks with the real library. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-journey-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = join(folder, 'plan.yaml');
writeFileSync(
  plan,
  `name: journey
seed: 7
spaces:
  - name: A
    space:
      extends: anynet-a
      stages: 2
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1, 2], width: [8, 16, 24], groupWidth: [4, 8], bottleneckRatio: [1, 2] }
    networks: 3
  - name: C
    space:
      extends: anynet-c
      stages: 2
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1, 2], width: [8, 16, 24], groupWidth: [4, 8], bottleneckRatio: [1, 2] }
    networks: 3
data: { name: fashion-mnist-12k, validationShare: 0.2, limit: 1500 }
recipe: { epochs: 2, batchSize: 64 }
`,
);

function netspace(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`netspace ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What was trained and what came of it, without times and hosts. */
function table(store: string): string[] {
  const lines = netspace(['export', 'journey', '--store', store]).trim().split('\n');
  return lines.map((line) => {
    const { space, network, seed, status, error, bestError, curve } = JSON.parse(line) as Record<
      string,
      unknown
    >;
    const losses = (curve as Record<string, number>[]).map(({ epoch, trainLoss, validationLoss }) => [
      epoch,
      trainLoss,
      validationLoss,
    ]);
    return JSON.stringify({ space, network, seed, status, error, bestError, losses });
  });
}

const alone = join(folder, 'alone.db');

describe('a sweep', () => {
  it('trains what the plan says, and its table is complete', () => {
    netspace(['run', plan, '--store', alone, '--workers', '1']);
    const rows = table(alone);
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(row).toContain('"status":"completed"');
  }, 120_000);

  it('gives the same networks, seeds and errors with two workers', () => {
    const store = join(folder, 'two.db');
    netspace(['run', plan, '--store', store, '--workers', '2']);
    expect(table(store)).toEqual(table(alone));
  }, 120_000);

  it('killed with its workers at any moment and run again has lost nothing and trained nothing twice', async () => {
    const store = join(folder, 'killed.db');
    for (const milliseconds of [900, 2100, 3400]) {
      const child = spawn(process.execPath, [script, 'run', plan, '--store', store, '--workers', '2'], {
        detached: true,
        stdio: 'ignore',
      });
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await new Promise((resolve) =>
        (child.exitCode ?? child.signalCode) === null ? child.on('close', resolve) : resolve(0),
      );
    }
    netspace(['run', plan, '--store', store, '--workers', '2']);
    expect(table(store)).toEqual(table(alone));
  }, 180_000);

  it('that has ended is not trained again, and says so', () => {
    const { stderr, status } = spawnSync(process.execPath, [script, 'run', plan, '--store', alone], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stderr).toContain('nothing is left to train');
  });

  it('is analysed and reported: JSON with both groups, one page without a reference to elsewhere', () => {
    const { groups } = JSON.parse(netspace(['analyze', 'journey', '--store', alone, '--json'])) as {
      groups: { name: string; n: number; failed: number; edf: [number, number][] }[];
    };
    expect(groups.map(({ name, n, failed }) => [name, n, failed])).toEqual([
      ['A', 3, 0],
      ['C', 3, 0],
    ]);
    expect(groups[0]?.edf.at(-1)?.[1]).toBe(1);
    const page = join(folder, 'report.html');
    expect(netspace(['report', 'journey', '--store', alone, '-o', page]).trim()).toBe(page);
    const html = readFileSync(page, 'utf8');
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    expect(html).toContain('<svg');
  });

  it('reads back what it exports', () => {
    const file = join(folder, 'trials.jsonl');
    writeFileSync(file, netspace(['export', 'journey', '--store', alone]));
    const fromFile = JSON.parse(netspace(['analyze', file, '--json'])) as { groups: unknown };
    const fromStore = JSON.parse(netspace(['analyze', 'journey', '--store', alone, '--json'])) as {
      groups: unknown;
    };
    expect(fromFile.groups).toEqual(fromStore.groups);
  });
});
