/** A network and images small enough for plain loops. */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { Network } from '@netspace/network/network';
import { random, type Random } from '@netspace/stats/random';
import type { CheckpointStore } from '../checkpoint.ts';

export const network: Network = {
  stem: { kind: 'cifar', width: 3 },
  stages: [{ depth: 2, width: 4, stride: 2, bottleneckRatio: 1, groupWidth: 2 }],
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

export const input = { resolution: 6, channels: 2, classes: 3 };

const stream = random('small case');

/** Images of noise on a ground that tells the class; five batches of 16 and ten images more to learn from. */
export const data: TrainingData = {
  name: 'noise',
  classes: ['a', 'b', 'c'],
  train: draw(90, stream.fork('train')),
  validation: draw(41, stream.fork('validation')),
  mean: [100, 120],
  deviation: [60, 50],
  checksum: '',
};

function draw(count: number, own: Random): ImageSet {
  const { resolution, channels, classes } = input;
  const size = resolution * resolution * channels;
  const labels = Uint8Array.from({ length: count }, () => own.below(classes));
  const images = Uint8Array.from(
    { length: count * size },
    (_, i) => 30 * (labels[Math.floor(i / size)] ?? 0) + own.below(190),
  );
  return { images, labels, count, resolution, channels };
}

/** A store that forgets at the end of the process. */
export function memoryStore(bytes?: Uint8Array): CheckpointStore & { bytes?: Uint8Array | undefined } {
  return {
    name: 'memory',
    bytes,
    read() {
      return this.bytes;
    },
    write(next) {
      this.bytes = next;
    },
  };
}
