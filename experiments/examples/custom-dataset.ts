/** Images of one's own, made in memory: bars that stand, lie or slant. Usage: npx tsx custom-dataset.ts */
import { measureDataset } from '@netspace/data/decoded-dataset';
import { holdOut } from '@netspace/data/split';
import { generateRegNet } from '@netspace/network/regnet';
import { random, type Random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { trainNetwork } from '@netspace/train/train';

const [resolution, channels, classes] = [16, 1, ['standing', 'lying', 'slanting']];

function draw(count: number, stream: Random) {
  const labels = Uint8Array.from({ length: count }, () => stream.below(classes.length));
  const images = Uint8Array.from({ length: count * resolution ** 2 }, () => stream.below(80));
  labels.forEach((label, i) => {
    const at = stream.below(resolution);
    for (let j = 0; j < resolution; j++) {
      const [row, column] =
        [
          [j, at],
          [at, j],
          [j, (j + at) % resolution],
        ][label] ?? [];
      images[i * resolution ** 2 + (row ?? 0) * resolution + (column ?? 0)] = 200;
    }
  });
  return { images, labels, count, resolution, channels };
}

const parts = { train: draw(600, random('train')), test: draw(200, random('test')) };
const dataset = measureDataset('bars', { classes, ...parts, source: 'this script' });
const line = { depth: 4, initialWidth: 8, widthSlope: 8, widthMultiplier: 2 };
const network = generateRegNet({ ...line, groupWidth: 4, stem: { kind: 'cifar', width: 8 } });
const recipe = completeRecipe({ epochs: 3, batchSize: 32, learningRate: 0.1 });
const data = holdOut(dataset, { seed: 1, validationShare: 0.2 });
const { error, testError } = await trainNetwork(network, recipe, data, {
  seed: 1,
  test: dataset.test,
});
console.log(`error ${error} on held-out images, ${testError} on the test part`);
