/**
 * What does the machinery of a sweep cost, over bare training?
 *
 * The baseline trains the same networks, the costliest first, in as many processes that do nothing else: no supervisor, no store, no
 * heartbeats, no checkpoints. Both come to the same errors, which is checked. Runs alternate; printed are the medians and their ratio, by the
 * wall clock, and by the CPU time of all processes, which holds where others work on the machine as well.
 *
 * Usage: tsx test/bench/overhead.ts [--rounds 3] [--networks 12] [--epochs 2] [--images 6000] [--workers 2]
 */
import { median } from '@netspace/stats/quantile';
import { readRecipe } from '@netspace/sweep/recipe-record';
import { inputShape } from '@netspace/sweep/run';
import { planTrials } from '@netspace/sweep/trials';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jsonLines } from './json-lines.ts';
import { makeBenchPlan, runTimed } from './timed-sweep.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    networks: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '2' },
    images: { type: 'string', default: '6000' },
    workers: { type: 'string', default: '2' },
  },
});
const workers = Number(options.workers);
const plan = makeBenchPlan({
  networks: Number(options.networks),
  epochs: Number(options.epochs),
  images: Number(options.images),
});
const planned = planTrials(plan, await inputShape(plan)).trials.map((trial, index) => ({ ...trial, index }));
const order = planned.toSorted((a, b) => b.cost - a.cost || a.index - b.index);

interface Run {
  readonly wall: number;
  readonly cpu: number;
  /** In the order of the plan. */
  readonly errors: readonly (number | undefined)[];
}

/** CPU seconds of this process and of the children that have ended, with theirs; Linux alone counts those. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  // cutime and cstime, in hundredths: fields 16 and 17, of which the first two stand before the bracket.
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / 100;
}

async function timed(train: () => Promise<Run['errors']>): Promise<Run> {
  const [wall, cpu] = [performance.now(), cpuSeconds()];
  const errors = await train();
  return { wall: (performance.now() - wall) / 1000, cpu: cpuSeconds() - cpu, errors };
}

async function trainBare(): Promise<Run['errors']> {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-bare-'));
  const list = join(folder, 'list.json');
  const trainings = order.map(({ network, recipe, seed }) => ({ network, recipe: readRecipe(recipe), seed }));
  writeFileSync(list, JSON.stringify({ data: plan.sweep.data, trainings }));
  const words = [fileURLToPath(new URL('overhead-process.mjs', import.meta.url)), list, folder];
  const environment = workerEnvironment(plan.sweep.threads);
  const ended = await Promise.all(
    Array.from({ length: workers }, () =>
      jsonLines<{ readonly index: number; readonly error: number }>(process.execPath, words, environment),
    ),
  );
  rmSync(folder, { recursive: true });
  const errors = new Map(ended.flat().map(({ index, error }) => [order[index]?.index, error]));
  return planned.map(({ index }) => errors.get(index));
}

async function trainSweep(): Promise<Run['errors']> {
  const { trials } = await runTimed(plan, workers);
  return trials.map(({ error }) => error);
}

const bare: Run[] = [];
const swept: Run[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  const [a, b] = [await timed(trainBare), await timed(trainSweep)];
  if (JSON.stringify(a.errors) !== JSON.stringify(b.errors))
    throw new Error(`the two do not train the same: ${a.errors.join(' ')} and ${b.errors.join(' ')}`);
  bare.push(a);
  swept.push(b);
  console.error(`round ${round + 1}: bare ${a.wall.toFixed(1)} s, sweep ${b.wall.toFixed(1)} s`);
}
for (const what of ['wall', 'cpu'] as const) {
  const [before, after] = [bare, swept].map((runs) => median(runs.map((run) => run[what])));
  const [from = NaN, to = NaN] = [before, after];
  console.log(
    `${what === 'wall' ? 'wall clock' : 'CPU time of all'}: bare ${from.toFixed(2)} s, sweep ${to.toFixed(2)} s, ratio ${(to / from).toFixed(4)}`,
  );
}
