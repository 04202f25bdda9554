/**
 * Does a worker's memory stay flat over many networks, and how long is it from a network to its first step?
 *
 * Usage: tsx test/bench/memory.ts [--networks 60]
 */
import { formatNetwork } from '@netspace/network/interchange';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jsonLines } from './json-lines.ts';
import { sampleBenchNetworks } from './sampled-networks.ts';

const { values: options } = parseArgs({ options: { networks: { type: 'string', default: '60' } } });
const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-'));
const file = join(folder, 'networks.ndjson');
const networks = sampleBenchNetworks(Number(options.networks), 'memory');
writeFileSync(file, networks.map((network) => `${formatNetwork(network)}\n`).join(''));
const script = fileURLToPath(new URL('step-process.ts', import.meta.url));
const rows = await jsonLines<{ secondsToFirstStep: number; memory: number }>(
  process.execPath,
  ['--import', 'tsx', script, file, '2'],
  workerEnvironment(1),
);
rmSync(folder, { recursive: true });

rows.forEach(({ memory }, i) => {
  if ((i + 1) % 10 === 0 || i === 0)
    console.log(`after ${String(i + 1).padStart(3)} networks: ${memory.toFixed(0)} MiB`);
});
const first = rows.slice(0, 20).map(({ secondsToFirstStep }) => Math.log(secondsToFirstStep));
const mean = Math.exp(first.reduce((sum, value) => sum + value, 0) / first.length);
console.log(`network to first step: ${mean.toFixed(3)} s (geometric mean of ${first.length})`);
