/**
 * Does a network reach the error that PyTorch reaches with the same recipe on the same images?
 *
 * Usage: tsx test/bench/accuracy.ts --python PATH [--data fashion-mnist-12k] [--seeds 3] [--epochs 3] [--networks 3]
 */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import type { TrainingData } from '@netspace/data/dataset';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { completeRecipe, scheduleOf } from '@netspace/train/recipe';
import { learningRates } from '@netspace/train/schedule';
import { trainNetwork } from '@netspace/train/train';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Network } from '@netspace/network/network';
import { sampleBenchNetworks } from './sampled-networks.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    data: { type: 'string', default: 'fashion-mnist-12k' },
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '3' },
    networks: { type: 'string', default: '3' },
  },
});
Object.assign(process.env, workerEnvironment(1));
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const recipe = completeRecipe({ epochs: Number(options.epochs) });
const data = holdOut(await loadDataset(options.data), { seed: 1, validationShare: 1 / 6 });

/** The network of the training guide's real run, then sampled ones. */
const guide: Network = {
  stem: { kind: 'cifar', width: 16 },
  stages: [1, 1, 2, 2].map((depth, i) => ({
    depth,
    width: [16, 32, 64, 128][i] ?? 0,
    stride: i === 0 ? 1 : 2,
    bottleneckRatio: 1,
    groupWidth: 8,
  })),
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

function writeJob(
  folder: string,
  network: Network,
  { train, validation, mean, deviation, classes }: TrainingData,
): void {
  for (const [name, set] of Object.entries({ train, validation })) {
    writeFileSync(join(folder, `${name}.images`), set.images);
    writeFileSync(join(folder, `${name}.labels`), set.labels);
  }
  const { resolution, channels } = train;
  const rates = learningRates(scheduleOf(recipe));
  const job = { network, recipe, resolution, channels, classes: classes.length, mean, deviation, rates };
  writeFileSync(join(folder, 'job.json'), JSON.stringify(job));
}

/** Validation errors of the last epoch, a seed each. */
function withPytorch(network: Network): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-accuracy-'));
  try {
    writeJob(folder, network, data);
    const script = fileURLToPath(new URL('../pytorch/train.py', import.meta.url));
    return seeds.map((seed) => {
      const text = execFileSync(options.python, [script, folder, String(seed), '1'], { encoding: 'utf8' });
      return (JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as { validationError: number })
        .validationError;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withOurs(network: Network): Promise<number[]> {
  const errors: number[] = [];
  for (const seed of seeds) errors.push((await trainNetwork(network, recipe, data, { seed })).error);
  return errors;
}

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
const deviationOf = (list: readonly number[]) =>
  Math.sqrt(list.reduce((sum, value) => sum + (value - mean(list)) ** 2, 0) / (list.length - 1));
const show = (list: readonly number[]) => list.map((error) => (error * 100).toFixed(2)).join(' ');

console.log(
  `${data.name}: ${data.train.count} to learn from, ${data.validation.count} held out; errors in percent`,
);
const sampled =
  Number(options.networks) > 1 ? sampleBenchNetworks(2 * Number(options.networks), 'accuracy') : [];
const networks = [guide, ...sampled.slice(0, Number(options.networks) - 1)];
for (const network of networks) {
  const [ours, theirs] = [await withOurs(network), withPytorch(network)];
  const standardError = Math.hypot(deviationOf(ours), deviationOf(theirs)) / Math.sqrt(seeds.length);
  console.log(
    `ours ${show(ours)} (mean ${show([mean(ours)])})  PyTorch ${show(theirs)} (mean ${show([mean(theirs)])})  difference ${show([mean(ours) - mean(theirs)])}  standard error ${show([standardError])}`,
  );
}
