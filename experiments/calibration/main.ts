/**
 * Prints how well the cost of all trainings of the study was predicted; after the study.
 *
 * Usage: node experiments/dist/calibration/main.js [--data mnist]
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countSplit } from '@netspace/data/split';
import { readPlans } from '../findings/plans.ts';
import { readTrials } from '../findings/populations.ts';
import { resultsOf } from '../findings/results.ts';
import { calibrationFigures, timeTrials, type TimedTrial } from './calibration.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const { folder } = resultsOf('.', values.data);
const timed: TimedTrial[] = [];
for (const { plan } of readPlans(process.cwd()))
  for (const { name } of plan.sweep.spaces) {
    const file = join(folder, `${name}.jsonl.gz`);
    if (!existsSync(file)) continue;
    const { data, recipe } = plan.sweep;
    const { used, validation } = countSplit(data.name, 60_000, data);
    const conditions = {
      input: { resolution: 28, channels: 1, classes: 10 },
      train: used - validation,
      validation,
      batchSize: recipe.batchSize,
    };
    timed.push(...timeTrials(await readTrials(file), conditions));
  }
if (timed.length < 2) {
  console.error(
    `${folder} holds no timed trainings yet; run: npm run findings${values.data === undefined ? '' : ` -- --data ${values.data}`}`,
  );
  process.exitCode = 1;
} else {
  const rows = [['all', timed] as const, ...spacesOf()].map(([name, trials]) => {
    const { n, factor, error, worst, order } = calibrationFigures(trials);
    return `| ${name} | ${n} | ${factor.toFixed(2)} | ${percent(error)} | ${percent(worst)} | ${order.toFixed(3)} |`;
  });
  console.log('| space | trainings | times the reference | missed by (rms) | at most | rank correlation |');
  console.log(`| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function spacesOf() {
  const names = [...new Set(timed.map(({ space }) => space))];
  return names.map((name) => [name, timed.filter(({ space }) => space === name)] as const);
}
