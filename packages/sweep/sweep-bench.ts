/**
 * What a sweep costs on this machine, measured on a part of it: a few steps of a few of its own networks, on its own images, in as many
 * processes at once as the sweep will have.
 *
 * trials ─► a few, from the cheapest to the dearest ─► timings ─► rates, fitted as a calibration's are ─► estimate of the sweep
 */
import type { NewTrial } from '@netspace/store/store';
import { mean } from '@netspace/stats/quantile';
import { standardError } from '@netspace/stats/mean-interval';
import { studentQuantile } from '@netspace/stats/student';
import { stepFlops } from '@netspace/train/step-flops';
import { fitMachine, type MachineRates, type Timing } from './calibration.ts';
import { workloadOf } from './cost.ts';
import {
  countImages,
  estimateSweep,
  expectedRecipe,
  timedSeconds,
  trainingSeconds,
  type Conditions,
  type SweepEstimate,
} from './estimate.ts';
import { CalibrationError, startMeasuring, type MeasuringProcess } from './measuring-process.ts';
import type { Plan } from './plan.ts';
import { readRecipe } from './recipe-record.ts';
import { conditionsOf } from './run.ts';
import type { BenchOrder, BenchReading, BenchReport } from './sweep-bench-process.ts';
import { provideData } from './sweep-data.ts';

export interface SweepBenchOptions {
  readonly workers: number;
  /** Networks to measure, at least 1; all where the plan has no more. */
  readonly networks: number;
  /** Steps of each that count, at least 1. */
  readonly steps: number;
  /** Told what is done, in words, and of how many trainings how many. */
  readonly onNote?: (text: string) => void;
  readonly onProgress?: (done: number, all: number) => void;
}

export interface SweepBench {
  readonly workers: number;
  /** From the cheapest to the dearest. */
  readonly networks: readonly MeasuredNetwork[];
  /** Training images a second of all workers together, over the whole sweep. */
  readonly imagesPerSecond: number;
  /** Multiply-adds a second of a large matrix product, in each of the workers at once. */
  readonly peak: number;
  /** Most bytes that were resident in a worker. */
  readonly memory: number;
  /** Bytes that the machine could give before the workers were started. */
  readonly availableMemory: number;
  /** The wall clock's time over the processor's: 1 where workers waited for nobody. Not known of workers with several threads. */
  readonly delay?: number;
  readonly rates: MachineRates;
  readonly estimate: SweepEstimate;
  /** Of `estimate.seconds`; not known where one network was measured. */
  readonly range?: { readonly low: number; readonly high: number; readonly confidence: number };
}

export interface MeasuredNetwork {
  /** Place in the plan, from 0. */
  readonly index: number;
  readonly space: string;
  readonly flops: number;
  readonly activations: number;
  /** Mean seconds of a step over the workers. */
  readonly step: number;
  /** Of one worker. */
  readonly imagesPerSecond: number;
  /** Share of `peak` that its steps reach. */
  readonly peakShare: number;
  /** Seconds of the whole trial, at this pace. */
  readonly seconds: number;
  /** The same by the rates that all other measured networks give; not there where there are none. */
  readonly foretold?: number;
}

const confidence = 0.9;
/** Runs of the matrix product, of which the median counts. */
const peakRounds = 3;

/** Takes some seconds for each network. CalibrationError where a process cannot measure. */
export async function benchSweep(
  plan: Plan,
  trials: readonly NewTrial[],
  options: SweepBenchOptions,
): Promise<SweepBench> {
  const { workers } = options;
  await provideData(plan.sweep.data, (text) => options.onNote?.(text));
  const conditions = await conditionsOf(plan, workers);
  const chosen = spreadOver(trials, options.networks);
  const availableMemory = process.availableMemory();
  const { start, readings, peak } = await measure(plan, trials, chosen, options);
  const all = readings.flat();
  const rates = fitMachine(timingsOf(all), start);
  const estimate = estimateSweep(trials, rates, conditions);
  const networks = chosen.map((index, k) => {
    const others = timingsOf(readings.filter((_, i) => i !== k).flat());
    return describeNetwork(trialAt(trials, index), index, timingsOf(readings[k] ?? []), others, {
      ...conditions,
      peak,
      start,
    });
  });
  const range = rangeOf(estimate.seconds, networks, trials.length);
  return {
    workers,
    networks,
    imagesPerSecond: imagesOf(trials, conditions) / estimate.seconds,
    peak,
    memory: Math.max(...all.map(({ memory }) => memory)),
    availableMemory,
    ...(plan.sweep.threads === 1 && { delay: mean(all.map(({ spent }) => spent.wall / spent.cpu)) }),
    rates,
    estimate,
    ...(range && { range }),
  };
}

/** So many of the trials, evenly spread from the cheapest to the dearest; their places, in this order. */
export function spreadOver(trials: readonly Pick<NewTrial, 'cost'>[], count: number): number[] {
  const order = trials
    .map(({ cost }, index) => ({ cost, index }))
    .toSorted((a, b) => a.cost - b.cost || a.index - b.index)
    .map(({ index }) => index);
  if (order.length <= count) return order;
  const places = Array.from({ length: count }, (_, k) =>
    count === 1 ? (order.length - 1) / 2 : (k * (order.length - 1)) / (count - 1),
  );
  return places.flatMap((place) => order[Math.round(place)] ?? []);
}

interface Measured {
  /** Seconds until a worker could train. */
  readonly start: number;
  /** Of each network, those of all workers. */
  readonly readings: readonly (readonly BenchReading[])[];
  readonly peak: number;
}

type BenchProcess = MeasuringProcess<BenchOrder, BenchReport>;

async function measure(
  plan: Plan,
  trials: readonly NewTrial[],
  chosen: readonly number[],
  { workers, steps, onProgress }: SweepBenchOptions,
): Promise<Measured> {
  const { data, threads } = plan.sweep;
  const processes = Array.from({ length: workers }, () =>
    startMeasuring<BenchOrder, BenchReport>('sweep-bench-process', threads),
  );
  try {
    const starts = await Promise.all(processes.map((each) => ask(each, { kind: 'prepare', data }, 'ready')));
    let done = 0;
    const readings: BenchReading[][] = chosen.map(() => []);
    await Promise.all(
      processes.map(async (each, worker) => {
        // Each worker begins with another network, so that a slow moment meets all of them.
        for (const k of chosen.keys()) {
          const place = (k + worker) % chosen.length;
          const trial = trialAt(trials, chosen[place] ?? 0);
          readings[place]?.push(await ask(each, { kind: 'train', trial, steps }, 'trained'));
          onProgress?.(++done, workers * chosen.length);
        }
      }),
    );
    const peaks = await Promise.all(
      processes.map((each) => ask(each, { kind: 'peak', rounds: peakRounds }, 'peak')),
    );
    return {
      start: Math.max(...starts.map(({ spent }) => spent.wall)),
      readings,
      peak: mean(peaks.map(({ peak }) => peak)),
    };
  } finally {
    for (const each of processes) each.end();
  }
}

async function ask<Kind extends BenchReport['kind']>(
  process: BenchProcess,
  order: BenchOrder,
  kind: Kind,
): Promise<Extract<BenchReport, { readonly kind: Kind }>> {
  process.send(order);
  const report = await process.report();
  if (report.kind === kind) return report as Extract<BenchReport, { readonly kind: Kind }>;
  const reason =
    report.kind === 'failed' ? report.reason : `it answered "${order.kind}" with "${report.kind}"`;
  throw new CalibrationError(`a process that measures this plan could not do so: ${reason}`);
}

function describeNetwork(
  trial: NewTrial,
  index: number,
  timings: readonly Timing[],
  others: readonly Timing[],
  {
    input,
    images,
    earlyStopping,
    peak,
    start,
  }: Conditions & { readonly peak: number; readonly start: number },
): MeasuredNetwork {
  const { space, network, flops, activations, recipe } = trial;
  const { batchSize } = readRecipe(recipe);
  const expected = expectedRecipe(recipe, earlyStopping);
  const step = mean(timings.map((timing) => timing.step));
  return {
    index,
    space,
    flops,
    activations,
    step,
    imagesPerSecond: batchSize / step,
    peakShare: stepFlops(network, input, batchSize) / step / peak,
    seconds: mean(timings.map((timing) => timedSeconds(timing, expected, images))),
    ...(others.length > 0 && {
      foretold: trainingSeconds(workloadOf(network, input), expected, images, fitMachine(others, start)),
    }),
  };
}

/**
 * How far the sum over all trials may be from what was fitted to a few: the logarithms of measured over foretold seconds of n networks
 * are a sample of what each of the N trials will miss by, so that their mean over the N lies within t · s · √(1/n + 1/N) of 0, with
 * Student's t of n - 1 degrees of freedom. Each network is foretold by a fit that has not seen it. A machine that will have more or less
 * else to do than now is not in it.
 */
function rangeOf(seconds: number, networks: readonly MeasuredNetwork[], all: number): SweepBench['range'] {
  const misses = networks.flatMap(({ seconds: own, foretold }) =>
    foretold === undefined ? [] : [Math.log(own / foretold)],
  );
  if (misses.length < 2) return undefined;
  const t = studentQuantile((1 + confidence) / 2, misses.length - 1);
  const reach = Math.exp(t * standardError(misses) * Math.sqrt(1 + misses.length / all));
  return { low: seconds / reach, high: seconds * reach, confidence };
}

function imagesOf(trials: readonly NewTrial[], { images, earlyStopping }: Conditions): number {
  return trials.reduce((sum, { recipe }) => {
    const expected = expectedRecipe(recipe, earlyStopping);
    return sum + countImages(expected, images).steps * expected.batchSize;
  }, 0);
}

function timingsOf(readings: readonly BenchReading[]): Timing[] {
  return readings.map(({ timing }) => timing);
}

function trialAt(trials: readonly NewTrial[], index: number): NewTrial {
  const trial = trials[index];
  if (trial === undefined) throw new RangeError(`the plan has no trial ${index + 1}`);
  return trial;
}
