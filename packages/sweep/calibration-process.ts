/**
 * What a calibration process runs: three tiny trainings, through the very code that trains trials. It tells its supervisor when it is
 * ready, waits for the word, and answers with a Timing for each.
 */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { InputShape } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { trainNetwork } from '@netspace/train/train';
import { readVersions } from '@netspace/train/versions';
import type { Timing } from './calibration.ts';
import { calibrationNetworks } from './calibration-networks.ts';
import { workloadOf } from './cost.ts';

const input: InputShape = { resolution: 28, channels: 1, classes: 10 };
const recipe = completeRecipe({ epochs: 2, augmentation: 'flip-crop', learningRate: 0.01 });
const steps = 5;

process.on('disconnect', () => process.exit(1));
process.on('message', (word) => void (word === 'measure' && measure()));
process.send?.({ versions: readVersions() });

async function measure(): Promise<void> {
  const data = makeData();
  const timings: Timing[] = [];
  for (const network of calibrationNetworks) {
    const started = performance.now();
    const { curve } = await trainNetwork(network, recipe, data, { seed: 1 });
    const whole = (performance.now() - started) / 1000;
    // The first epoch holds what happens once; the second is like all that would follow.
    const { seconds = NaN, imagesPerSecond = NaN } = curve.at(-1) ?? {};
    const training = data.train.count / imagesPerSecond;
    timings.push({
      work: workloadOf(network, input),
      batchSize: recipe.batchSize,
      step: training / steps,
      evaluation: (seconds - training) / data.validation.count,
      begin: Math.max(1e-3, whole - recipe.epochs * seconds),
    });
  }
  process.send?.({ timings });
}

function makeData(): TrainingData {
  const stream = random('calibration');
  const makeSet = (count: number): ImageSet => ({
    images: Uint8Array.from({ length: count * input.resolution ** 2 }, () => stream.below(256)),
    labels: Uint8Array.from({ length: count }, () => stream.below(input.classes)),
    count,
    resolution: input.resolution,
    channels: input.channels,
  });
  return {
    name: 'calibration',
    classes: Array.from({ length: input.classes }, (_, i) => String(i)),
    train: makeSet(steps * recipe.batchSize),
    validation: makeSet(256),
    mean: [127.5],
    deviation: [74],
    checksum: '',
  };
}
