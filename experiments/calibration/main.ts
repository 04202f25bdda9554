/**
 * Prints how well the cost of all trainings of the study was predicted; after the study.
 *
 * Usage: node experiments/dist/calibration/main.js [--data mnist]
 * Exit codes: 0 done, 1 nothing is there to count, 2 usage.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { countSplit } from '@netspace/data/split';
import { readOptions } from '../findings/command.ts';
import { readPlans } from '../findings/plans.ts';
import { readTrials } from '../findings/populations.ts';
import { resultsOf } from '../findings/results.ts';
import { calibrationFigures, timeTrials, type TimedTrial } from './calibration.ts';

const values = readOptions({ data: { type: 'string' } });
process.exitCode = values === undefined ? 2 : await main(values.data);

async function main(data: string | undefined): Promise<number> {
  const { folder } = resultsOf('.', data);
  const timed = await readTimed(folder);
  if (timed.length < 2) {
    const command = `npm run findings${data === undefined ? '' : ` -- --data ${data}`}`;
    console.error(`${folder} holds no timed trainings yet; run: ${command}`);
    return 1;
  }
  const rows = [['all', timed] as const, ...bySpace(timed)].map(([name, trials]) => {
    const { n, factor, error, worst, order } = calibrationFigures(trials);
    return `| ${name} | ${n} | ${factor.toFixed(2)} | ${percent(error)} | ${percent(worst)} | ${order.toFixed(3)} |`;
  });
  console.log('| space | trainings | times the reference | missed by (rms) | at most | rank correlation |');
  console.log(`| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`);
  return 0;
}

async function readTimed(folder: string): Promise<TimedTrial[]> {
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
  return timed;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function bySpace(timed: readonly TimedTrial[]) {
  const names = [...new Set(timed.map(({ space }) => space))];
  return names.map((name) => [name, timed.filter(({ space }) => space === name)] as const);
}
