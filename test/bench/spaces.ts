/**
 * How fast are networks generated and counted (against pycls on one core, same networks), sampled in a window, fitted, and spaces
 * counted? Everything in one process on one core; medians over the rounds.
 *
 * Usage: tsx test/bench/spaces.ts [--python PATH] [--rounds 5]; PATH is a Python with pycls 0.1.1 and torch.
 */
import { countComplexity } from '@netspace/network/complexity';
import { fitWidths } from '@netspace/network/fit';
import type { Network } from '@netspace/network/network';
import { generateRegNet, type RegNetOptions } from '@netspace/network/regnet';
import { zoo } from '@netspace/network/zoo';
import { findSpace } from '@netspace/space/builtin';
import { drawerOf } from '@netspace/space/draw';
import { sampleNetworks } from '@netspace/space/sample';
import { countSpace } from '@netspace/space/size';
import { parseSpace, type Space } from '@netspace/space/space';
import type { Window } from '@netspace/space/window';
import { random } from '@netspace/stats/random';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jsonLines } from './json-lines.ts';

const { values: options } = parseArgs({
  options: { python: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Number(options.rounds);
const imagenet = { resolution: 224, channels: 3, classes: 1000 };
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;

/** Median milliseconds of a round, after one that is not counted. */
function milliseconds(run: (round: number) => void): number {
  run(0);
  const times = Array.from({ length: rounds }, (_, round) => {
    const start = performance.now();
    run(round + 1);
    return performance.now() - start;
  });
  return median(times);
}

function print(what: string, measured: string, goal: string): void {
  console.log(`${what.padEnd(72)} ${measured.padStart(14)}   ${goal}`);
}

/** The networks of the constrained RegNetX, as parameters. */
function drawRecipes(count: number): RegNetOptions[] {
  const draw = drawerOf(findSpace('regnetx-constrained'));
  const stream = random('bench');
  const recipes: RegNetOptions[] = [];
  while (recipes.length < count) {
    const drawn = draw(stream);
    const stage = drawn?.network.stages.at(-1);
    if (!drawn?.generator || !stage) continue;
    const { depth = 0, initialWidth = 0, widthSlope = 0, widthMultiplier = 0 } = drawn.generator;
    const { groupWidth, bottleneckRatio } = stage;
    recipes.push({ depth, initialWidth, widthSlope, widthMultiplier, groupWidth, bottleneckRatio });
  }
  return recipes;
}

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; medians of ${rounds} rounds`,
);

const recipes = drawRecipes(20_000);
const flopsOf = () =>
  recipes.reduce((sum, recipe) => sum + countComplexity(generateRegNet(recipe), imagenet).flops, 0);
const ours = (1000 * recipes.length) / milliseconds(flopsOf);
print('generate a RegNet and count its complexity', `${Math.round(ours)}/s`, 'to reach 300000/s');
if (options.python !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-'));
  const file = join(folder, 'regnets.ndjson');
  const some = recipes.slice(0, 2000);
  writeFileSync(file, some.map((recipe) => `${JSON.stringify(recipe)}\n`).join(''));
  const script = fileURLToPath(new URL('../pycls/regnet.py', import.meta.url));
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [line] = await jsonLines<{ networksPerSecond: number; flops: number }>(options.python, [
      script,
      file,
    ]);
    theirs.push(line?.networksPerSecond ?? NaN);
    const counted = some.reduce(
      (sum, recipe) => sum + countComplexity(generateRegNet(recipe), imagenet).flops,
      0,
    );
    if (line?.flops !== counted) throw new Error(`pycls counts ${line?.flops ?? NaN} flops, we ${counted}`);
  }
  rmSync(folder, { recursive: true });
  const rate = median(theirs);
  print(
    '  pycls, one core, the same networks, the same flops',
    `${Math.round(rate)}/s`,
    `ratio ${(ours / rate).toFixed(0)}`,
  );
}

const cifar = parseSpace(
  `extends: regnety-constrained
stages: 2
stem: { kind: cifar, width: 16 }
dimensions:
  depth: { kind: uniform, low: 6, high: 16, step: 1 }
  groupWidth: { kind: power2-or-log-uniform, low: 1, high: 32, step: 8 }
`,
  'cifar.yaml',
);
const narrow: Window = { flops: { low: 360e6, high: 400e6 } };
const cifarWindow: Window = {
  flops: { low: 120e6, high: 130e6 },
  params: { low: 0, high: 2e6 },
  activations: { low: 0, high: 1e6 },
};
const cifarInput = { resolution: 32, channels: 3, classes: 10 };

function timeSample(what: string, space: Space, input: typeof imagenet, window: Window, goal: string): void {
  let acceptance = 0;
  const time = milliseconds((seed) => {
    ({ acceptance } = sampleNetworks(space, { count: 1000, seed, input, window }));
  });
  print(
    `1,000 distinct networks, ${what} (${(100 * acceptance).toFixed(2)} % new)`,
    `${time.toFixed(0)} ms`,
    goal,
  );
}

timeSample('AnyNetX-A, 360-400 MF at 224 px', findSpace('anynet-a'), imagenet, narrow, 'to reach 500 ms');
const four = findSpace('regnetx-constrained');
timeSample('RegNetX of 4 stages, 360-400 MF', four, imagenet, narrow, 'to reach 500 ms');
timeSample("pycls' CIFAR sweep", cifar, cifarInput, cifarWindow, '(pycls keeps repeats)');

// pycls counts a network as often as it is drawn; so 1,000 accepted draws are asked for here.
const repeating = milliseconds((seed) => {
  const draw = drawerOf(cifar);
  const stream = random(seed);
  for (let accepted = 0; accepted < 1000;) {
    const drawn = draw(stream);
    if (!drawn) continue;
    const { flops, params, activations } = countComplexity(drawn.network, cifarInput);
    if (flops >= 120e6 && flops <= 130e6 && params <= 2e6 && activations <= 1e6) accepted++;
  }
});
print(
  "1,000 accepted draws of pycls' CIFAR sweep, repeats kept",
  `${repeating.toFixed(0)} ms`,
  'to reach 1000 ms',
);

const size = milliseconds(() => countSpace(findSpace('anynet-e')));
print('exact size of anynet-e, distinct networks too', `${size.toFixed(1)} ms`, 'to reach 50 ms');

function timeFits(what: string, networks: readonly Network[]): void {
  const time = milliseconds(() => networks.forEach((network) => fitWidths(network))) / networks.length;
  print(`fit of ${what}, a network`, `${time.toFixed(2)} ms`, 'to reach 5 ms');
}

timeFits(
  'the published models',
  zoo.map(({ network }) => network),
);
for (const name of ['anynet-a', 'anynet-e', 'regnetx']) {
  const { networks } = sampleNetworks(findSpace(name), { count: 200, seed: 1, input: imagenet });
  timeFits(
    `200 of ${name}`,
    networks.map(({ network }) => network),
  );
}
