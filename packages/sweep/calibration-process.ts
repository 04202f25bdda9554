/**
 * What a calibration process runs: three tiny trainings, through the very code that trains trials. It tells its supervisor when it is
 * ready, waits for the word, and answers with a Timing for each.
 *
 * A training with one thread waits for nothing, so its CPU time is the time that it takes where nobody else is: measured by it, a
 * machine on which others work is as fast as it is without them. More threads than one may wait for each other, and count by the wall clock.
 */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { InputShape, Network } from '@netspace/network/network';
import { median } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { trainNetwork } from '@netspace/train/train';
import { readVersions } from '@netspace/train/versions';
import type { Timing } from './calibration.ts';
import { calibrationNetworks } from './calibration-networks.ts';
import { workloadOf } from './cost.ts';

/** What the supervisor of a calibration is told: first that the process is ready, then what it has measured. */
export interface CalibrationReport {
  /** Seconds of CPU and of the wall clock since the start of the process, or of its measurements. */
  readonly spent: Moment;
  readonly timings?: readonly Timing[];
}

interface Moment {
  readonly cpu: number;
  readonly wall: number;
}

const input: InputShape = { resolution: 28, channels: 1, classes: 10 };
/** The first epoch holds what happens once; the second is like all that would follow. */
const recipe = completeRecipe({ epochs: 2, augmentation: 'flip-crop', learningRate: 0.01 });
const stepsPerEpoch = 3;
/** Steps in which a graph is optimised and kernels are made. */
const warmUp = 2;
/** One batch of an evaluation. */
const evaluated = 256;

process.on('disconnect', () => process.exit(1));
process.on('message', ({ threads }: { readonly threads: number }) => void measure(threads));
readVersions();
process.send?.({ spent: { cpu: cpuSeconds(), wall: process.uptime() } } satisfies CalibrationReport);

async function measure(threads: number): Promise<void> {
  const data = makeData();
  const timings: Timing[] = [];
  const begun = now();
  for (const network of calibrationNetworks) timings.push(await timeTraining(network, data, threads));
  process.send?.({ spent: between(begun, now()), timings } satisfies CalibrationReport);
}

async function timeTraining(network: Network, data: TrainingData, threads: number): Promise<Timing> {
  const secondsOf = ({ cpu, wall }: Moment) => (threads === 1 ? Math.min(cpu, wall) : wall);
  const begun = now();
  let before = begun;
  const steps: Moment[] = [];
  const evaluations: Moment[] = [];
  const lap = (list: Moment[]) => {
    const after = now();
    list.push(between(before, after));
    before = after;
  };
  await trainNetwork(network, recipe, data, {
    seed: 1,
    onStep: () => lap(steps),
    onEpoch: () => lap(evaluations),
  });
  const whole = secondsOf(between(begun, now()));
  const step = median(steps.slice(warmUp).map(secondsOf));
  const evaluation = secondsOf(evaluations.at(-1) ?? { cpu: NaN, wall: NaN });
  return {
    work: workloadOf(network, input),
    batchSize: recipe.batchSize,
    step,
    evaluation: evaluation / evaluated,
    begin: Math.max(1e-3, whole - recipe.epochs * (stepsPerEpoch * step + evaluation)),
  };
}

function now(): Moment {
  return { cpu: cpuSeconds(), wall: performance.now() / 1000 };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function between(before: Moment, after: Moment): Moment {
  return { cpu: after.cpu - before.cpu, wall: after.wall - before.wall };
}

function makeData(): TrainingData {
  const stream = random('calibration');
  const makeSet = (count: number): ImageSet => ({
    images: Uint8Array.from({ length: count * input.resolution ** 2 }, () => stream.below(256)),
    labels: Uint8Array.from({ length: count }, () => stream.below(input.classes)),
    count,
    resolution: input.resolution,
    channels: input.channels,
  });
  return {
    name: 'calibration',
    classes: Array.from({ length: input.classes }, (_, i) => String(i)),
    train: makeSet(stepsPerEpoch * recipe.batchSize),
    validation: makeSet(evaluated),
    mean: [127.5],
    deviation: [74],
    checksum: '',
  };
}
