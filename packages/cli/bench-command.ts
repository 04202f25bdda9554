/** The command that shows where the time of a training step goes, and what a sweep will cost. */
import { formatQuantity } from '@netspace/network/quantity';
import { completeRecipe } from '@netspace/train/recipe';
import type { StepProfile } from '@netspace/train/step-profile';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { parse } from 'yaml';
import { benchPlan } from './bench-plan.ts';
import { UsageError, type Finish } from './errors.ts';
import { numberOption, readNetworks, readSource } from './input.ts';
import { inputShapeOf, type InputOptions } from './network-commands.ts';
import { countOf, printJson, printLine, printTable } from './output.ts';
import { readPlan } from './plan-file.ts';
import { isTrainingProcess, runInTrainingProcess } from './training-process.ts';

interface BenchOptions extends InputOptions {
  readonly batchSize: number;
  readonly threads?: number;
  readonly rounds: number;
  readonly workers?: number;
  readonly networks: number;
  readonly steps: number;
  readonly json?: true;
}

/** Options that say nothing of a plan, which has its own images and recipe, and those that say something of plans alone. */
const networkOptions = ['resolution', 'channels', 'classes', 'batchSize', 'rounds'] as const;
const planOptions = ['workers', 'networks', 'steps'] as const;

export function addBenchCommand(program: Command, finish: Finish): void {
  program
    .command('bench <network|plan>')
    .description(
      'where the time of a training step goes on this machine, by kind of layer; or what the sweep of a plan will cost, measured on a few of its networks',
    )
    .option(
      '--resolution <R>',
      'pixels',
      numberOption('resolution', { least: 1, most: 1024, whole: true }),
      28,
    )
    .option(
      '--channels <C>',
      'of the image',
      numberOption('channels', { least: 1, most: 16, whole: true }),
      1,
    )
    .option('--classes <N>', 'of the head', numberOption('classes', { least: 2, most: 1e5, whole: true }), 10)
    .option(
      '--batch-size <B>',
      'images a step',
      numberOption('batch-size', { least: 1, most: 65_536, whole: true }),
      128,
    )
    .option(
      '--threads <N>',
      'threads of TensorFlow, of each process: 1, or what the plan says',
      numberOption('threads', { least: 1, most: 1024, whole: true }),
    )
    .option(
      '--rounds <N>',
      'runs of each, of which the median counts',
      numberOption('rounds', { least: 1, most: 1000, whole: true }),
      7,
    )
    .option(
      '--workers <N>',
      'of a plan: processes at once, as many as the cores have room for when left out',
      numberOption('workers', { least: 1, most: 1024, whole: true }),
    )
    .option(
      '--networks <N>',
      'of a plan: how many are measured, from the cheapest to the dearest',
      numberOption('networks', { least: 1, most: 1000, whole: true }),
      5,
    )
    .option(
      '--steps <N>',
      'of a plan: steps that are timed of each',
      numberOption('steps', { least: 1, most: 10_000, whole: true }),
      8,
    )
    .option('--json', 'print JSON')
    .action(async (reference: string, options: BenchOptions, command: Command) => {
      const isOfPlan = isPlan(reference);
      refuseOptions(command, isOfPlan);
      if (!isOfPlan) return finish(await bench(reference, options));
      const { workers, networks, steps, threads } = options;
      await benchPlan(readPlan(reference, threads), {
        ...(workers !== undefined && { workers }),
        networks,
        steps,
        json: options.json === true,
      });
    });
}

/** A file of networks has none of a plan's keys, so one look tells. A file that cannot be read as either is told so as its name has it. */
function isPlan(file: string): boolean {
  if (file === '-' || !existsSync(file)) return /\.ya?ml$/.test(file);
  if (/\.ya?ml$/.test(file)) return true;
  try {
    const value: unknown = parse(readSource(file).text);
    return typeof value === 'object' && value !== null && 'spaces' in value;
  } catch {
    return false;
  }
}

function refuseOptions(command: Command, isOfPlan: boolean): void {
  const wrong = (isOfPlan ? networkOptions : planOptions).find(
    (name) => command.getOptionValueSource(name) === 'cli',
  );
  if (wrong === undefined) return;
  const { long } = command.options.find((option) => option.attributeName() === wrong) ?? {};
  throw new UsageError(
    isOfPlan
      ? `${long} is of single networks: a plan says by itself what its networks are trained on, and how`
      : `${long} is of plans; this is a network`,
  );
}

async function bench(reference: string, { threads = 1, ...options }: BenchOptions): Promise<number> {
  if (!isTrainingProcess()) return runInTrainingProcess(threads);
  const [network, ...others] = readNetworks(reference);
  if (network === undefined || others.length > 0)
    throw new UsageError(`${reference} holds ${others.length + 1} networks; bench takes one`);
  // Loaded late: no other command needs TensorFlow.
  const { profileStep } = await import('@netspace/train/step-profile');
  const recipe = completeRecipe({ batchSize: options.batchSize });
  const profile = profileStep(network, inputShapeOf(options), recipe, options.rounds);
  if (options.json) printJson({ ...profile, threads });
  else printProfile(profile, threads);
  return 0;
}

function printProfile(profile: StepProfile, threads: number): void {
  const { batchSize, step, evaluation, flops, peak, bandwidth, kinds, secondsToFirstStep } = profile;
  const alone = kinds.reduce((sum, { forward, backward }) => sum + forward + backward, 0);
  printTable(
    [
      'layers',
      'number',
      'forward',
      'backward',
      'share of the step',
      'flops/s',
      'share of peak',
      'share of memory',
    ],
    [
      ...kinds.map(({ kind, layers, forward, backward, flops: own, bytes }) => [
        kind,
        layers,
        milliseconds(forward),
        milliseconds(backward),
        percent((forward + backward) / step),
        own === 0 ? '' : formatQuantity(own / (forward + backward)),
        own === 0 ? '' : percent(own / (forward + backward) / peak),
        percent(bytes / (forward + backward) / bandwidth),
      ]),
      ['all else', '', '', '', percent(1 - alone / step), '', '', ''],
      [
        'whole step',
        '',
        '',
        milliseconds(step),
        '100 %',
        formatQuantity(flops / step),
        percent(flops / step / peak),
        '',
      ],
    ],
  );
  const convolutions = kinds.filter(({ flops: own }) => own > 0);
  const spent = convolutions.reduce((sum, { forward, backward }) => sum + forward + backward, 0);
  const done = convolutions.reduce((sum, { flops: own }) => sum + own, 0);
  printLine(`convolutions alone reach ${percent(done / spent / peak)} of the peak`);
  printLine(
    `${(batchSize / step).toFixed(0)} images/s in training, ${(batchSize / evaluation).toFixed(0)} in evaluation (${(step / evaluation).toFixed(2)} times as many), ${secondsToFirstStep.toFixed(2)} s to the first step`,
  );
  printLine(
    `on this machine with ${countOf(threads, 'thread')}: ${formatQuantity(peak)} multiply-adds/s in a large matrix product, ${formatQuantity(bandwidth)}B/s in a sum of two maps; layers are timed alone`,
  );
  printLine(
    'a 3x3 convolution counts nine products a pixel and channel; our kernels need four at stride 1, but for narrow groups',
  );
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
