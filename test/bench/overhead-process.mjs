/**
 * Trains what nobody has begun yet of a list of trainings, and nothing else: no supervisor, no store, no checkpoint.
 *
 * `node overhead-process.mjs LIST FOLDER`: whoever makes the folder of a training has it.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { trainNetwork } from '@netspace/train/train';

const [list = '', folder = ''] = process.argv.slice(2);
const { data: request, trainings } = JSON.parse(readFileSync(list, 'utf8'));
const data = holdOut(await loadDataset(request.name), request);
for (const [index, { network, recipe, seed }] of trainings.entries()) {
  try {
    mkdirSync(join(folder, String(index)));
  } catch {
    continue;
  }
  const { error } = await trainNetwork(network, recipe, data, { seed });
  process.stdout.write(`${JSON.stringify({ index, error })}\n`);
}
