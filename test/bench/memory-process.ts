/**
 * A process that begins the networks in a file, a line of JSON each: memory in MiB, secondsToFirstStep.
 *
 * Usage: memory-process.ts FILE close|keep TRIALS MEMORY; with `keep` nothing is freed, as if the library leaked all that it is given.
 * It ends after so many networks, or when its resident size has reached so many bytes.
 */
import { parseNetworks } from '@netspace/network/interchange';
import { random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { openTrainer } from '@netspace/train/trainer';
import { readFileSync } from 'node:fs';
import { benchInput } from './sampled-networks.ts';

const [file = '', after = 'close', trials = 'Infinity', limit = 'Infinity'] = process.argv.slice(2);
const recipe = completeRecipe({});
const { batchSize } = recipe;
const stream = random('memory');
const pixels = batchSize * benchInput.resolution ** 2 * benchInput.channels;
const images = Float32Array.from({ length: pixels }, () => stream.normal());
const labels = Int32Array.from({ length: batchSize }, () => stream.below(benchInput.classes));

let [begun, memory] = [0, 0];
for (const network of parseNetworks(readFileSync(file, 'utf8'), file)) {
  if (begun >= Number(trials) || memory >= Number(limit)) break;
  const started = performance.now();
  const trainer = openTrainer(network, benchInput, recipe, 1);
  trainer.step(images, labels, 0.05);
  const secondsToFirstStep = (performance.now() - started) / 1000;
  trainer.step(images, labels, 0.05);
  trainer.evaluate(images, batchSize);
  if (after === 'close') trainer.close();
  begun++;
  memory = process.memoryUsage.rss();
  console.log(JSON.stringify({ memory: memory / 2 ** 20, secondsToFirstStep }));
}
