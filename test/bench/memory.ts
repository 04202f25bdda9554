/**
 * Does a worker's memory stay flat over many networks, and how long is it from a network to its first step?
 *
 * Printed: the resident size of one process over all networks, and that after the last as a ratio to that after the twentieth. Then the
 * same networks with nothing freed, as if the library leaked all of it, in processes that make way for fresh ones by the sweep's own
 * limits: the largest size that a worker can reach.
 *
 * Usage: tsx test/bench/memory.ts [--networks 200] [--leaking 200] [--trials 100]   (--leaking 0: without the second part)
 */
import { formatNetwork } from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { supervisorDefaults } from '@netspace/sweep/supervision';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jsonLines } from './json-lines.ts';
import { sampleSmallNetworks } from './small-networks.ts';

/** After one network more; memory in MiB. */
interface Row {
  readonly memory: number;
  readonly secondsToFirstStep: number;
}

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: '200' },
    leaking: { type: 'string', default: '200' },
    trials: { type: 'string', default: String(supervisorDefaults.trialsPerWorker) },
  },
});
const EARLY = 20;
const networks = sampleSmallNetworks(Number(options.networks), 'memory');

async function begin(some: readonly Network[], ...words: string[]): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-'));
  try {
    const file = join(folder, 'networks.ndjson');
    writeFileSync(file, some.map((network) => `${formatNetwork(network)}\n`).join(''));
    const script = fileURLToPath(new URL('memory-process.ts', import.meta.url));
    return await jsonLines<Row>(
      process.execPath,
      ['--import', 'tsx', script, file, ...words],
      workerEnvironment(1),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One process after the other, each until the sweep's limits. */
async function beginRecycled(some: readonly Network[]): Promise<Row[][]> {
  const processes: Row[][] = [];
  for (let done = 0; done < some.length;) {
    const limit = String(supervisorDefaults.workerMemory);
    const rows = await begin(some.slice(done), 'keep', options.trials, limit);
    processes.push(rows);
    done += rows.length;
  }
  return processes;
}

const sizeAfter = (rows: readonly Row[], count: number) => rows[count - 1]?.memory ?? NaN;

const rows = await begin(networks, 'close');
for (const count of [1, 10, EARLY, 50, 100, 150, 200].filter((place) => place < rows.length))
  console.log(`after ${String(count).padStart(3)} networks: ${sizeAfter(rows, count).toFixed(0)} MiB`);
const [early, last] = [sizeAfter(rows, EARLY), sizeAfter(rows, rows.length)];
console.log(`after ${String(rows.length).padStart(3)} networks: ${last.toFixed(0)} MiB`);
console.log(`after ${rows.length} against after ${EARLY}: ratio ${(last / early).toFixed(3)}`);
const first = rows.slice(0, EARLY).map(({ secondsToFirstStep }) => Math.log(secondsToFirstStep));
const mean = Math.exp(first.reduce((sum, value) => sum + value, 0) / first.length);
console.log(`network to first step: ${mean.toFixed(3)} s (geometric mean of ${first.length})`);

const leaking = networks.slice(0, Number(options.leaking));
if (leaking.length > 0) {
  const processes = await beginRecycled(leaking);
  for (const [i, own] of processes.entries()) {
    const growth = (sizeAfter(own, own.length) - sizeAfter(own, 1)) / (own.length - 1);
    console.log(
      `nothing freed, process ${i + 1}: ${sizeAfter(own, own.length).toFixed(0)} MiB after ${own.length} networks, ${growth.toFixed(1)} MiB a network`,
    );
  }
  const largest = Math.max(...processes.flat().map(({ memory }) => memory));
  console.log(
    `nothing freed, a fresh process after ${options.trials} networks or ${supervisorDefaults.workerMemory / 2 ** 20} MiB: never more than ${largest.toFixed(0)} MiB`,
  );
}
