/**
 * Does a network reach the error that PyTorch reaches with the same recipe on the same images?
 *
 * Every (side, network, seed) is trained in a process of one thread, and its validation errors by epoch are added to a file of JSON
 * lines as soon as they are there; what the file has is not trained again, so the bench can be interrupted and called anew. Printed are,
 * for each network, both means over the seeds, their difference and its standard error; then the same of the mean over the networks.
 *
 * Usage: tsx test/bench/accuracy.ts --python PATH [--data fashion-mnist] [--seeds 3] [--epochs 5] [--networks 3] [--processes CORES]
 *          [--results accuracy.jsonl]
 */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { countComplexity } from '@netspace/network/complexity';
import { formatNetwork } from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { completeRecipe, scheduleOf } from '@netspace/train/recipe';
import { learningRates } from '@netspace/train/schedule';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareErrors, type Comparison } from './error-comparison.ts';
import { jsonLines } from './json-lines.ts';
import { sampleSmallNetworks } from './small-networks.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    data: { type: 'string', default: 'fashion-mnist' },
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '5' },
    networks: { type: 'string', default: '3' },
    processes: { type: 'string', default: String(availableParallelism()) },
    results: { type: 'string', default: 'accuracy.jsonl' },
  },
});

/** The network of the training guide's real run. */
const guide: Network = {
  stem: { kind: 'cifar', width: 16 },
  stages: [1, 1, 2, 2].map((depth, i) => ({
    depth,
    width: [16, 32, 64, 128][i] ?? 0,
    stride: i === 0 ? 1 : 2,
    bottleneckRatio: 1,
    groupWidth: 8,
  })),
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

const sides = ['ours', 'pytorch'] as const;

interface Run {
  readonly side: (typeof sides)[number];
  /** Place in the list of networks. */
  readonly index: number;
  readonly seed: number;
}

/** What a line of the results says; `setting` is all that must be the same for it to be used again. */
interface Result extends Run {
  readonly setting: string;
  /** Validation errors, an epoch each. */
  readonly errors: readonly number[];
  readonly seconds: number;
}

const recipe = completeRecipe({ epochs: Number(options.epochs) });
const data = holdOut(await loadDataset(options.data), { seed: 1, validationShare: 1 / 6 });
const networks = [guide, ...sampleSmallNetworks(8, 'accuracy')].slice(0, Number(options.networks));
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
const { resolution, channels } = data.train;
const classes = data.classes.length;

const settingOf = (index: number) =>
  JSON.stringify([data.checksum, recipe, formatNetwork(networks[index] ?? guide)]);

/** The results that are there already. */
function readResults(): Result[] {
  if (!existsSync(options.results)) return [];
  const lines = readFileSync(options.results, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Result);
}

const resultOf = (results: readonly Result[], { side, index, seed }: Run) =>
  results.find(
    (known) =>
      known.side === side &&
      known.index === index &&
      known.seed === seed &&
      known.setting === settingOf(index),
  );

/** A folder a network, each with the same images. */
function writeJobs(folder: string): void {
  const rates = learningRates(scheduleOf(recipe));
  const { mean, deviation } = data;
  for (const [index, network] of networks.entries()) {
    const own = join(folder, String(index));
    mkdirSync(own);
    const job = { network, recipe, resolution, channels, classes, mean, deviation, rates };
    writeFileSync(join(own, 'job.json'), JSON.stringify(job));
    for (const part of ['train', 'validation'] as const) {
      writeFileSync(join(own, `${part}.images`), data[part].images);
      writeFileSync(join(own, `${part}.labels`), data[part].labels);
    }
  }
}

async function train(folder: string, run: Run): Promise<void> {
  const started = performance.now();
  const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const own = [join(folder, String(run.index)), String(run.seed)];
  const lines = await (run.side === 'ours'
    ? jsonLines<{ validationError: number }>(
        process.execPath,
        ['--import', 'tsx', script('accuracy-process.ts'), ...own],
        workerEnvironment(1),
      )
    : jsonLines<{ validationError: number }>(options.python, [script('../pytorch/train.py'), ...own, '1']));
  const errors = lines.map(({ validationError }) => validationError);
  const seconds = Math.round((performance.now() - started) / 1000);
  const result: Result = { ...run, errors, seconds, setting: settingOf(run.index) };
  appendFileSync(options.results, `${JSON.stringify(result)}\n`);
  console.error(
    `${run.side}, network ${run.index + 1}, seed ${run.seed}: ${show(errors.at(-1))} % (${seconds} s)`,
  );
}

/** Seed by seed, so that an interrupted bench has something of every network and side. */
async function trainMissing(): Promise<void> {
  const all = seeds.flatMap((seed) =>
    networks.flatMap((_, index) => sides.map((side): Run => ({ side, index, seed }))),
  );
  const known = readResults();
  const missing = all.filter((run) => resultOf(known, run) === undefined);
  const folder = mkdtempSync(join(tmpdir(), 'netspace-accuracy-'));
  try {
    writeJobs(folder);
    const work = async () => {
      for (let run = missing.shift(); run !== undefined; run = missing.shift()) await train(folder, run);
    };
    await Promise.all(Array.from({ length: Number(options.processes) }, work));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const show = (error = NaN) => (100 * error).toFixed(2);
const describeComparison = ({ ours, theirs, difference, standardError }: Comparison) =>
  `ours ${show(ours)}  PyTorch ${show(theirs)}  difference ${show(difference)}  standard error ${show(standardError)}`;

console.log(
  `${data.name}: ${data.train.count} to learn from, ${data.validation.count} held out, ${recipe.epochs} epochs; errors in percent`,
);
await trainMissing();
const results = readResults();
const lastErrors = (side: Run['side'], index: number) =>
  seeds.map((seed) => resultOf(results, { side, index, seed })?.errors.at(-1) ?? NaN);
const pairs = networks.map((_, index) => ({
  ours: lastErrors('ours', index),
  theirs: lastErrors('pytorch', index),
}));
const { each, overall } = compareErrors(pairs);
for (const [index, network] of networks.entries()) {
  const { flops, params } = countComplexity(network, { resolution, channels, classes });
  const comparison = each[index];
  const { ours = [], theirs = [] } = pairs[index] ?? {};
  console.log(`network ${index + 1}: ${(flops / 1e6).toFixed(2)} MFLOPs, ${params} parameters`);
  console.log(`  ours ${ours.map(show).join(' ')}; PyTorch ${theirs.map(show).join(' ')}`);
  if (comparison) console.log(`  ${describeComparison(comparison)}`);
}
const errorsApart = Math.abs(overall.difference) / overall.standardError;
console.log(`mean of ${networks.length} networks: ${describeComparison(overall)}`);
console.log(
  errorsApart <= 1 ? 'within one standard error' : `${errorsApart.toFixed(1)} standard errors apart`,
);
