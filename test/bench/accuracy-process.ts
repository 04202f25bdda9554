/** Our side of the bench of accuracy: trains the network of a folder's job.json as test/pytorch/train.py does, a line of JSON an epoch. */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { InputShape, Network } from '@netspace/network/network';
import type { Recipe } from '@netspace/train/recipe';
import { trainNetwork } from '@netspace/train/train';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Job extends Omit<InputShape, 'classes'> {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly classes: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const [folder = '', seed = '1'] = process.argv.slice(2);
const job = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8')) as Job;

function readSet(part: string): ImageSet {
  const [images, labels] = ['images', 'labels'].map((kind) =>
    Uint8Array.from(readFileSync(join(folder, `${part}.${kind}`))),
  ) as [Uint8Array, Uint8Array];
  return { images, labels, count: labels.length, resolution: job.resolution, channels: job.channels };
}

const data: TrainingData = {
  name: folder,
  classes: Array.from({ length: job.classes }, (_, i) => String(i)),
  train: readSet('train'),
  validation: readSet('validation'),
  mean: job.mean,
  deviation: job.deviation,
  checksum: '',
};
await trainNetwork(job.network, job.recipe, data, {
  seed: Number(seed),
  onEpoch: ({ epoch, trainLoss, validationError }) =>
    console.log(JSON.stringify({ epoch, trainLoss, validationError })),
});
