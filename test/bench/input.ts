/**
 * Does a training step wait for its input? The share of the time of a step that making the batch takes: order, augmentation, normalisation.
 *
 * Each round trains every network for some steps with every augmentation, one thread; medians over the rounds are printed as a ratio to the
 * whole step (batch and graph) of the same round.
 *
 * Usage: tsx test/bench/input.ts [--rounds 5] [--steps 10] [--networks 8]
 */
import type { Augmentation } from '@netspace/data/augmentation';
import { trainingBatches } from '@netspace/data/batches';
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { completeRecipe } from '@netspace/train/recipe';
import { openTrainer, type Trainer } from '@netspace/train/trainer';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchInput, sampleBenchNetworks } from './sampled-networks.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '10' },
    networks: { type: 'string', default: '8' },
  },
});
Object.assign(process.env, workerEnvironment(1));
const augmentations: readonly Augmentation[] = [
  'none',
  'flip-crop',
  { flip: true, cropPadding: 4, cutout: 8 },
];
const recipe = completeRecipe({});
const data = holdOut(await loadDataset('fashion-mnist-12k'), { seed: 1, validationShare: 1 / 6 });
const networks = sampleBenchNetworks(Number(options.networks), 'bench');
const shares = networks.map(() => augmentations.map((): number[] => []));

/** Share of the time of some steps that went by before each step could begin. */
function measureShare(trainer: Trainer, augmentation: Augmentation, epoch: number): number {
  const beginning = performance.now();
  const batches = trainingBatches({
    set: data.train,
    mean: data.mean,
    deviation: data.deviation,
    batchSize: recipe.batchSize,
    seed: 1,
    epoch,
    augmentation,
  })[Symbol.iterator]();
  // Order and draws are made once for all steps of an epoch.
  const steps = Number(options.steps);
  const stepsPerEpoch = Math.floor(data.train.count / recipe.batchSize);
  let input = ((performance.now() - beginning) * steps) / stepsPerEpoch;
  let whole = input;
  for (let step = 0; step < steps; step++) {
    const started = performance.now();
    const batch = batches.next();
    const ready = performance.now();
    if (batch.done) break;
    trainer.step(batch.value.images, batch.value.labels, 0.05);
    input += ready - started;
    whole += performance.now() - started;
  }
  return input / whole;
}

for (let round = 0; round < Number(options.rounds); round++) {
  for (const [i, network] of networks.entries()) {
    const trainer = openTrainer(network, benchInput, recipe, 1);
    // The first steps optimise the graph, and the first batches compile the loops.
    measureShare(trainer, 'flip-crop', 0);
    for (const [k, augmentation] of augmentations.entries())
      shares[i]?.[k]?.push(measureShare(trainer, augmentation, round + 1));
    trainer.close();
  }
  console.error(`round ${round + 1} of ${options.rounds} done`);
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
const names = augmentations.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, one thread; batch of ${recipe.batchSize}, medians of ${options.rounds} rounds: input as a share of the step`,
);
for (const [i, network] of networks.entries()) {
  const stages = network.stages
    .map(({ depth, width, groupWidth }) => `${depth}x${width}/${groupWidth}`)
    .join(' ');
  const columns = names.map((name, k) => `${name} ${(median(shares[i]?.[k] ?? []) * 100).toFixed(2)} %`);
  console.log(`${stages.padEnd(44)} ${columns.join('  ')}`);
}
for (const [k, name] of names.entries()) {
  const medians = networks.map((_, i) => median(shares[i]?.[k] ?? []));
  console.log(`largest share with ${name}: ${Math.max(...medians).toFixed(4)} of the step`);
}
