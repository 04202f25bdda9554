/** A process that times training steps of the networks in a file, a line of JSON each: imagesPerSecond, secondsToFirstStep, memory. */
import { parseNetworks } from '@netspace/network/interchange';
import { random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { openTrainer } from '@netspace/train/trainer';
import { readFileSync } from 'node:fs';
import { benchInput } from './sampled-networks.ts';

const [file = '', steps = '10'] = process.argv.slice(2);
const recipe = completeRecipe({});
const { batchSize } = recipe;
const stream = random('bench');
const pixels = batchSize * benchInput.resolution ** 2 * benchInput.channels;
const images = Float32Array.from({ length: pixels }, () => stream.normal());
const labels = Int32Array.from({ length: batchSize }, () => stream.below(benchInput.classes));

for (const network of parseNetworks(readFileSync(file, 'utf8'), file)) {
  const started = performance.now();
  const trainer = openTrainer(network, benchInput, recipe, 1);
  trainer.step(images, labels, 0.05);
  const secondsToFirstStep = (performance.now() - started) / 1000;
  trainer.step(images, labels, 0.05);
  const seconds = Array.from({ length: Number(steps) }, () => {
    const before = performance.now();
    trainer.step(images, labels, 0.05);
    return (performance.now() - before) / 1000;
  }).toSorted((a, b) => a - b);
  trainer.close();
  const median = seconds[seconds.length >> 1] ?? NaN;
  const memory = process.memoryUsage.rss() / 2 ** 20;
  console.log(JSON.stringify({ imagesPerSecond: batchSize / median, secondsToFirstStep, memory }));
}
