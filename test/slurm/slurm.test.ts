/** `netspace slurm` on a real Slurm cluster of two nodes and a real PostgreSQL, both started for this test. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '@netspace/store/open';
import { startTestPostgres } from '@netspace/store/test-postgres';
import type { SweepEvent } from '@netspace/sweep/sweep-event';
import { afterAll, describe, expect, it } from 'vitest';
import { missingPrograms, spawnIn, startCluster } from './cluster.ts';

const script = fileURLToPath(new URL('../../packages/cli/bin/netspace.mjs', import.meta.url));

const missing = missingPrograms();
if (missing.length > 0) {
  const lack = `the tests on Slurm want ${missing.join(', ')} (apt-get install --no-install-recommends slurmctld slurmd slurm-client munge)`;
  if (process.env['CI'] === 'true') throw new Error(lack);
  console.warn(`skipped: ${lack}`);
}
const postgres = missing.length === 0 ? await startTestPostgres() : undefined;
const cluster = postgres && (await startCluster(2));
const folder = mkdtempSync(join(tmpdir(), 'netspace-slurm-test-'));
afterAll(async () => {
  await cluster?.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function writePlan(name: string, networks: number, epochs: number): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}
seed: 11
spaces:
  - space:
      extends: anynet-a
      stages: 2
      stem: { kind: cifar, width: 8 }
      dimensions: { depth: [1, 2], width: { kind: uniform, low: 8, high: 64, step: 8 }, groupWidth: [1, 2, 4, 8], bottleneckRatio: [1, 2] }
    networks: ${networks}
    window: { flops: 0:1M }
data: { name: fashion-mnist-12k, validationShare: 0.5, limit: 64 }
recipe: { epochs: ${epochs}, batchSize: 32 }
`,
  );
  return file;
}

/** `netspace slurm` in the cluster, its events read as they come. */
function slurm(within: Awaited<ReturnType<typeof startCluster>>, store: string, words: readonly string[]) {
  const all = [script, 'slurm', ...words, '--json', '--logs', join(folder, 'logs')];
  const child = spawnIn(within, process.execPath, all, {
    NETSPACE_STORE: store,
    NETSPACE_CHECKPOINTS: join(folder, 'checkpoints'),
  });
  const events: SweepEvent[] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    events.push(JSON.parse(line));
    lines.emit('event');
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const finished = async (count: number): Promise<void> => {
    while (events.filter(({ kind }) => kind === 'finished').length < count) {
      const ended = await Promise.race([once(lines, 'event').then(() => false), exit.then(() => true)]);
      if (ended)
        throw new Error(`it ended before ${count} trials had: ${errors} ${JSON.stringify(events.slice(-3))}`);
    }
  };
  const notes = () => events.flatMap((event) => (event.kind === 'note' ? event.text : []));
  return { child, events, notes, exit, finished, errors: () => errors };
}

describe('a plan given to Slurm', () => {
  it('is written as a batch script that holds no address of the store', () => {
    const words = [
      script,
      'slurm',
      writePlan('dry', 2, 1),
      '--dry-run',
      '--time',
      '1:00:00',
      '--gres',
      'gpu:1',
    ];
    const env = { ...process.env, NETSPACE_STORE: 'postgresql://me:secret@db/lab' };
    const { stdout, status } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^#!\/bin\/sh\n#SBATCH --job-name=netspace-[0-9a-f]{12}\n#SBATCH --requeue\n/);
    for (const setting of ['--open-mode=append', '--signal=B:USR1@180', '--time=1:00:00', '--gres=gpu:1'])
      expect(stdout).toContain(`#SBATCH ${setting}\n`);
    expect(stdout).toMatch(/^exec \S+node\S* \S+netspace\.mjs worker --sweep [0-9a-f]{16}$/m);
    expect(stdout).not.toContain('secret');
  });

  it('is refused with a store in a file', () => {
    const words = [script, 'slurm', writePlan('refused', 2, 1), '--store', join(folder, 'netspace.db')];
    const { stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('is a SQLite file')]);
  });

  it.skipIf(!cluster)(
    'gives 200 results for 200 trials, none twice, though a worker is killed and a node is lost',
    async () => {
      if (!cluster || !postgres) return;
      const url = await postgres.newDatabase();
      const run = slurm(cluster, url, [writePlan('storm', 200, 1), '--array', '4', '--workers', '1']);
      await run.finished(10);
      const [victim] = cluster.taskProcesses();
      if (!victim) throw new Error('no task is running');
      process.kill(victim[1], 'SIGKILL');
      await run.finished(50);
      cluster.loseNode('n2');
      expect(await run.exit, run.errors()).toBe(0);
      expect(run.notes()).toContainEqual(
        expect.stringMatching(new RegExp(`^task ${victim[0]} ended .*started again`)),
      );

      const store = await openStore(url);
      const sweep = await store.findSweep('storm');
      expect(sweep.counts).toMatchObject({ completed: 200, planned: 0, leased: 0, failed: 0 });
      const owners = new Set<string>();
      const indices = [];
      let lost = 0;
      for (const { id, index } of await store.trials(sweep.id)) {
        const { attempts } = await store.trialHistory(id);
        expect(attempts.filter(({ status }) => status === 'completed')).toHaveLength(1);
        lost += attempts.filter(({ status }) => status === 'lost').length;
        for (const { owner } of attempts) owners.add(owner.split(':').at(-1) ?? '');
        indices.push(index);
      }
      await store.close();
      expect(indices).toEqual(Array.from({ length: 200 }, (_, i) => i));
      // The killed worker's trial, and those of the lost node, unless they were between two.
      expect(lost).toBeGreaterThan(0);
      // The killed task had trained; whether it finds work again depends on how soon Slurm restarts it.
      expect([...owners].map((owner) => owner.split('.')[0])).toContain(victim[0]);
    },
    600_000,
  );

  it.skipIf(!cluster)(
    'ends its epochs on Ctrl-C, goes on when it is run again, and is cancelled when told so',
    async () => {
      if (!cluster || !postgres) return;
      const url = await postgres.newDatabase();
      const plan = writePlan('drained', 12, 300);
      const first = slurm(cluster, url, [plan, '--array', '2', '--workers', '1']);
      while (!first.events.some(({ kind }) => kind === 'epoch')) await sleep(100);
      first.child.kill('SIGINT');
      expect(await first.exit, first.errors()).toBe(130);
      expect(first.events).toContainEqual(expect.objectContaining({ kind: 'draining' }));
      const store = await openStore(url);
      const { id, counts } = await store.findSweep('drained');
      expect(counts.leased).toBe(0);

      const submitted = slurm(cluster, url, [plan, '--array', '2', '--workers', '1', '--submit-only']);
      expect(await submitted.exit, submitted.errors()).toBe(0);
      while ((await store.countTrials(id)).leased === 0) await sleep(200);
      const watching = slurm(cluster, url, [plan, '--follow']);
      while (!watching.events.some(({ kind }) => kind === 'started')) await sleep(100);
      watching.child.kill('SIGTERM');
      expect(await watching.exit, watching.errors()).toBe(130);
      expect((await store.countTrials(id)).leased).toBeGreaterThan(0);

      const cancelled = slurm(cluster, url, [plan, '--cancel']);
      expect(await cancelled.exit, cancelled.errors()).toBe(0);
      // On SIGTERM the workers give their trials back, long before their leases run out.
      while ((await store.countTrials(id)).leased > 0) await sleep(200);
      await store.close();
    },
    600_000,
  );
});
