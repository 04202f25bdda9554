/**
 * How many images a second does the sweep train, against PyTorch on the same networks?
 *
 * Ours: one process a core, one thread each, all at once; PyTorch: eager, channels_last, first with its default threads, then one
 * single-threaded process a core. Whole rounds alternate, and medians over the rounds are compared.
 *
 * Usage: tsx test/bench/throughput.ts [--python PATH] [--rounds 5] [--steps 8] [--networks 8]
 */
import { formatNetwork } from '@netspace/network/interchange';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jsonLines } from './json-lines.ts';
import { benchInput, sampleBenchNetworks } from './sampled-networks.ts';

interface Timing {
  readonly imagesPerSecond: number;
  readonly secondsToFirstStep?: number;
}

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '8' },
    networks: { type: 'string', default: '8' },
  },
});
const cores = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-'));
const file = join(folder, 'networks.ndjson');
const networks = sampleBenchNetworks(Number(options.networks), 'bench');
writeFileSync(file, networks.map((network) => `${formatNetwork(network)}\n`).join(''));

/** Several processes at once: their images a second add up, network by network. */
async function together(runs: readonly Promise<Timing[]>[]): Promise<Timing[]> {
  const all = await Promise.all(runs);
  return networks.map((_, i) => ({
    imagesPerSecond: all.reduce((sum, run) => sum + (run[i]?.imagesPerSecond ?? NaN), 0),
    secondsToFirstStep: Math.max(...all.map((run) => run[i]?.secondsToFirstStep ?? NaN)),
  }));
}

const ours = () => {
  const script = fileURLToPath(new URL('step-process.ts', import.meta.url));
  const words = ['--import', 'tsx', script, file, options.steps];
  return together(
    Array.from({ length: cores }, () => jsonLines<Timing>(process.execPath, words, workerEnvironment(1))),
  );
};

const pytorch = (python: string, processes: number, threads: number) => {
  const script = fileURLToPath(new URL('../pytorch/throughput.py', import.meta.url));
  const { resolution, channels, classes } = benchInput;
  const words = [script, file, resolution, channels, classes, 128, options.steps, threads].map(String);
  return together(Array.from({ length: processes }, () => jsonLines<Timing>(python, words, {})));
};

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
const geometricMean = (list: readonly number[]) =>
  Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length);

const rounds: { ours: Timing[]; eager: Timing[]; single: Timing[] }[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  const mine = await ours();
  const { python } = options;
  const eager = python === undefined ? [] : await pytorch(python, 1, 0);
  const single = python === undefined ? [] : await pytorch(python, cores, 1);
  rounds.push({ ours: mine, eager, single });
  console.error(`round ${round + 1} of ${options.rounds} done`);
}
rmSync(folder, { recursive: true });

const rate = (which: 'ours' | 'eager' | 'single', i: number) =>
  median(rounds.map((round) => round[which][i]?.imagesPerSecond ?? NaN));
console.log(
  `${cores} cores, ${cpus()[0]?.model ?? 'unknown processor'}; medians of ${rounds.length} rounds, images/s`,
);
const ratios = networks.map((network, i) => {
  const stages = network.stages
    .map(({ depth, width, groupWidth }) => `${depth}x${width}/${groupWidth}`)
    .join(' ');
  const [mine, eager, single] = [rate('ours', i), rate('eager', i), rate('single', i)];
  console.log(
    `${stages.padEnd(44)} ours ${mine.toFixed(0).padStart(6)}  PyTorch ${eager.toFixed(0).padStart(6)}  ratio ${(mine / eager).toFixed(2)}  one thread a core ${single.toFixed(0).padStart(6)}  ratio ${(mine / single).toFixed(2)}`,
  );
  return { eager: mine / eager, single: mine / single };
});
console.log(
  `geometric mean: ${geometricMean(ratios.map(({ eager }) => eager)).toFixed(2)} times PyTorch with its default threads, ${geometricMean(ratios.map(({ single }) => single)).toFixed(2)} times PyTorch with one thread a core`,
);
const firstSteps = rounds.flatMap((round) =>
  round.ours.map(({ secondsToFirstStep = NaN }) => secondsToFirstStep),
);
console.log(
  `network to first step: ${geometricMean(firstSteps).toFixed(3)} s (geometric mean of ${firstSteps.length})`,
);
