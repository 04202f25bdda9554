/** `netspace worker` as a process that a scheduler starts, warns and ends. Trains tiny networks with the real library. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SweepEvent } from '@netspace/sweep/sweep-event';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-worker-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const plan = join(folder, 'plan.yaml');
writeFileSync(
  plan,
  `name: machines
seed: 5
spaces:
  - space:
      extends: anynet-a
      stages: 1
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1], width: [8, 16], groupWidth: [4, 8], bottleneckRatio: [1] }
    networks: 2
data: { name: fashion-mnist-12k, validationShare: 0.2, limit: 300 }
recipe: { epochs: 24, batchSize: 32 }
`,
);

/** A process of netspace whose events are read as they come. */
function start(words: readonly string[]) {
  const child = spawn(process.execPath, [script, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const events: SweepEvent[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    events.push(JSON.parse(line));
    lines.emit('event');
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const seen = async (condition: (event: SweepEvent) => boolean): Promise<void> => {
    while (!events.some(condition)) {
      const ended = await Promise.race([once(lines, 'event').then(() => false), exit.then(() => true)]);
      if (ended && !events.some(condition))
        throw new Error(`it ended first: ${JSON.stringify(events.at(-1))}`);
    }
  };
  return { child, events, exit, seen };
}

function netspace(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`netspace ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What was trained and what came of it, without times. */
function table(store: string): string[] {
  const lines = netspace(['export', 'machines', '--store', store]).trim().split('\n');
  return lines.map((line) => {
    const { network, seed, error, curve }: Record<string, unknown> = JSON.parse(line);
    const losses = (curve as Record<string, number>[]).map(({ epoch, trainLoss }) => [epoch, trainLoss]);
    return JSON.stringify({ network, seed, error, losses });
  });
}

describe('a worker', () => {
  const store = join(folder, 'store.db');
  const checkpoints = join(folder, 'checkpoints');
  const worker = ['worker', '--store', store, '--workers', '1', '--checkpoints', checkpoints];
  const isEpoch = (event: SweepEvent): boolean => event.kind === 'epoch' && event.record.epoch === 2;

  it('trains the sweep that is in the store, gives its trial back on SIGTERM and ends with 143', async () => {
    const planner = start(['run', plan, '--store', store, '--workers', '1']);
    await planner.seen(({ kind }) => kind === 'started');
    planner.child.kill('SIGINT');
    expect(await planner.exit).toBe(130);

    const ended = start(worker);
    await ended.seen(isEpoch);
    // As Slurm does it: to the worker and to the processes that it has started, and SIGCONT comes along.
    const trainer = ended.events.flatMap((event) => (event.kind === 'worker' ? (event.pid ?? []) : []));
    for (const pid of [...trainer, ended.child.pid ?? 0]) {
      process.kill(pid, 'SIGCONT');
      process.kill(pid, 'SIGTERM');
    }
    expect(await ended.exit).toBe(143);
    expect(ended.events).toContainEqual(
      expect.objectContaining({ kind: 'lost', reason: 'stopped', again: true }),
    );
    expect(readdirSync(checkpoints).filter((name) => name.endsWith('.checkpoint'))).toHaveLength(1);
  }, 120_000);

  it('ends its epoch on SIGUSR1, goes on from there the next time, and comes to the results of an undisturbed run', async () => {
    const warned = start(worker);
    await warned.seen(({ kind }) => kind === 'resumed');
    warned.child.kill('SIGUSR1');
    expect(await warned.exit).toBe(130);
    expect(warned.events).toContainEqual(expect.objectContaining({ kind: 'paused', until: 'next-run' }));

    netspace(['worker', '--store', store, '--workers', '2', '--checkpoints', checkpoints]);
    expect(existsSync(checkpoints)).toBe(false);
    const calm = join(folder, 'calm.db');
    netspace(['run', plan, '--store', calm, '--workers', '1']);
    expect(table(store)).toEqual(table(calm));
  }, 240_000);

  it('that finds nothing to do ends with 0, and one with a time limit ends when that has passed', async () => {
    expect(netspace([...worker, '--json'])).toBe('');
    expect(await start([...worker, '--wait', '--time-limit', '2s']).exit).toBe(0);
    const wrong = spawnSync(process.execPath, [script, 'worker', '--time-limit', 'soon'], {
      encoding: 'utf8',
    });
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('--time-limit soon')]);
  }, 60_000);
});
