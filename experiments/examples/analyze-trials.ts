/** Says what a population shows: how errors are spread, where the good networks lie, which space is better. Usage: npx tsx analyze-trials.ts [TRIALS.jsonl] */
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyse } from '@netspace/analysis/analysis';
import { readPopulation } from '@netspace/population/source';
import type { Trial } from '@netspace/population/trial';

const file = process.argv[2] ?? fileURLToPath(new URL('tutorial.jsonl', import.meta.url));
const trials: Trial[] = [];
for await (const trial of (await readPopulation(createReadStream(file), file)).trials) trials.push(trial);

const { groups, headline, notes } = analyse(trials);
for (const { name, n, min, median, parameters } of groups) {
  const depth = parameters['depth'];
  console.log(`${name}: ${n} networks, errors from ${percent(min)}, half of them below ${percent(median)}`);
  if (depth) console.log(`  good networks have ${depth.low} to ${depth.high} blocks`);
}
for (const sentence of [headline, ...notes]) console.log(sentence);

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
