/** Shows what a sweep will cost on this machine, measured on a part of it. */
import { formatQuantity } from '@netspace/network/quantity';
import type { TrainingParts } from '@netspace/sweep/estimate';
import type { Plan } from '@netspace/sweep/plan';
import { planHash } from '@netspace/sweep/plan-hash';
import { inputShape } from '@netspace/sweep/run';
import { formatSeconds } from '@netspace/sweep/screen';
import type { SweepBench } from '@netspace/sweep/sweep-bench';
import { planTrials } from '@netspace/sweep/trials';
import { ageOf, describeAge, estimateHere, notableDelay, type Estimated } from './calibrated-estimate.ts';
import { countOf, printJson, printLine, printTable, say } from './output.ts';
import { workersFor } from './plan-file.ts';

interface PlanBenchOptions {
  readonly workers?: number;
  readonly networks: number;
  readonly steps: number;
  readonly json: boolean;
}

export async function benchPlan(plan: Plan, options: PlanBenchOptions): Promise<void> {
  const { networks, steps, json } = options;
  const workers = options.workers ?? workersFor(plan.sweep);
  const { trials } = planTrials(plan, await inputShape(plan));
  const calibrated = await estimateHere(plan, trials, { workers });
  // Loaded late: the other commands do without it.
  const { benchSweep } = await import('@netspace/sweep/sweep-bench');
  const chosen = Math.min(networks, trials.length);
  say(
    `training ${chosen} of ${countOf(trials.length, 'network')} for ${countOf(steps, 'step')} each, in ${countOf(workers, 'worker')} of ${countOf(plan.sweep.threads, 'thread')} at once`,
  );
  const bench = await benchSweep(plan, trials, { workers, networks, steps, onNote: say, onProgress });
  if (json) printJson(describeBench(plan, bench, trials.length, calibrated));
  else printBench(plan, bench, trials.length, calibrated);
}

function onProgress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} trainings${done === all ? '\n' : ''}`);
}

function describeBench(plan: Plan, bench: SweepBench, trials: number, calibrated?: Estimated) {
  const { estimate, range, ...measured } = bench;
  const { seconds, workerSeconds, parts } = estimate;
  return {
    name: plan.name,
    hash: planHash(plan.sweep),
    trials,
    threads: plan.sweep.threads,
    ...measured,
    seconds,
    ...(range && { range }),
    workerSeconds,
    parts,
    idleWorkerSeconds: idleSeconds(bench),
    ...(calibrated && {
      calibrated: { seconds: calibrated.seconds, ageSeconds: ageOf(calibrated.calibration) },
    }),
  };
}

function printBench(plan: Plan, bench: SweepBench, trials: number, calibrated?: Estimated): void {
  const { networks, estimate, range, workers } = bench;
  printTable(
    ['trial', 'space', 'flops', 'activations', 'a step', 'images/s', 'share of peak', 'the whole trial'],
    networks.map(({ index, space, flops, activations, step, imagesPerSecond, peakShare, seconds }) => [
      index + 1,
      space,
      formatQuantity(flops),
      formatQuantity(activations),
      `${(1000 * step).toFixed(0)} ms`,
      Math.round(imagesPerSecond),
      percent(peakShare),
      formatSeconds(seconds),
    ]),
  );
  const stops = plan.sweep.earlyStopping?.kind === 'median' ? ' at the most' : '';
  const sure = range
    ? `, ${formatSeconds(range.low)} to ${formatSeconds(range.high)} with ${percent(range.confidence)} confidence`
    : '';
  printLine(
    `${countOf(trials, 'trial')} take about ${formatSeconds(estimate.seconds)}${stops} with ${countOf(workers, 'worker')} of ${countOf(plan.sweep.threads, 'thread')} here${sure}`,
  );
  const { delay = 1 } = bench;
  if (delay >= notableDelay)
    printLine(
      `others made it ${delay.toFixed(1)} times as slow meanwhile, which is counted in: without them it takes about ${formatSeconds(estimate.seconds / delay)}`,
    );
  if (calibrated) printLine(compare(estimate.seconds, calibrated));
  printLine(
    `${Math.round(bench.imagesPerSecond)} training images/s of all workers together, evaluations and waits included`,
  );
  printLine(describeParts(bench));
  printLine(describeMemory(bench));
}

function compare(seconds: number, { seconds: foretold, calibration }: Estimated): string {
  const more = foretold / seconds - 1;
  const difference =
    Math.abs(more) < 0.005 ? 'the same' : `${percent(Math.abs(more))} ${more < 0 ? 'less' : 'more'}`;
  return `netspace plan says ${formatSeconds(foretold)}, ${difference}, by a calibration ${describeAge(ageOf(calibration))}`;
}

/** What a person could change, for each part of the time. */
const partWords: Readonly<Record<keyof TrainingParts | 'idle', readonly [string, string]>> = {
  arithmetic: ['arithmetic', 'fewer flops would help most'],
  maps: ['reading and writing of maps', 'fewer activations, or a lower resolution, would help most'],
  layers: ['what each layer takes by itself', 'shallower networks or larger batches would help most'],
  evaluation: ['evaluation', 'fewer images to hold out would help most'],
  begin: ['what comes before first steps', 'fewer and longer trials would use the time better'],
  idle: ['workers without a trial', 'fewer workers, or more trials, would use the machine better'],
};

/** Shares of the workers' time. */
function describeParts(bench: SweepBench): string {
  const spent = Object.entries({ ...bench.estimate.parts, idle: idleSeconds(bench) }) as [
    keyof typeof partWords,
    number,
  ][];
  const all = spent.reduce((sum, [, seconds]) => sum + seconds, 0);
  const sorted = spent.toSorted(([, a], [, b]) => b - a);
  const told = sorted
    .filter(([, seconds]) => seconds / all >= 0.01)
    .map(([part, seconds]) => `${percent(seconds / all)} ${partWords[part][0]}`);
  const [[first = 'maps'] = []] = sorted;
  return `of the workers’ time ${told.join(', ')}: ${partWords[first][1]}`;
}

function idleSeconds({ workers, estimate }: SweepBench): number {
  const { seconds, workerSeconds } = estimate;
  return Math.max(0, workers * seconds - workerSeconds);
}

function describeMemory({ memory, availableMemory, workers }: SweepBench): string {
  const all = workers * memory;
  const words = `${bytes(memory)} of memory a worker at the most, ${bytes(all)} in all, of ${bytes(availableMemory)} that were free`;
  return all > availableMemory ? `${words}: too little, so use fewer workers or smaller batches` : words;
}

function bytes(count: number): string {
  return `${(count / 2 ** 30).toFixed(1)} GB`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
