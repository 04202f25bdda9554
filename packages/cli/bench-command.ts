/** The command that shows where the time of a training step goes. */
import { formatQuantity } from '@netspace/network/quantity';
import { completeRecipe } from '@netspace/train/recipe';
import type { StepProfile } from '@netspace/train/step-profile';
import type { Command } from 'commander';
import { UsageError, type Finish } from './errors.ts';
import { numberOption, readNetworks } from './input.ts';
import { inputShapeOf, type InputOptions } from './network-commands.ts';
import { printJson, printLine, printTable } from './output.ts';
import { isTrainingProcess, runInTrainingProcess } from './training-process.ts';

interface BenchOptions extends InputOptions {
  readonly batchSize: number;
  readonly threads: number;
  readonly rounds: number;
  readonly json?: true;
}

export function addBenchCommand(program: Command, finish: Finish): void {
  program
    .command('bench <network>')
    .description('where the time of a training step goes on this machine, by kind of layer')
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
      'threads of TensorFlow',
      numberOption('threads', { least: 1, most: 1024, whole: true }),
      1,
    )
    .option(
      '--rounds <N>',
      'runs of each, of which the median counts',
      numberOption('rounds', { least: 1, most: 1000, whole: true }),
      7,
    )
    .option('--json', 'print JSON')
    .action(async (network: string, options: BenchOptions) => finish(await bench(network, options)));
}

async function bench(reference: string, options: BenchOptions): Promise<number> {
  if (!isTrainingProcess()) return runInTrainingProcess(options.threads);
  const [network, ...others] = readNetworks(reference);
  if (network === undefined || others.length > 0)
    throw new UsageError(`${reference} holds ${others.length + 1} networks; bench takes one`);
  // Loaded late: no other command needs TensorFlow.
  const { profileStep } = await import('@netspace/train/step-profile');
  const recipe = completeRecipe({ batchSize: options.batchSize });
  const profile = profileStep(network, inputShapeOf(options), recipe, options.rounds);
  if (options.json) printJson({ ...profile, threads: options.threads });
  else printProfile(profile, options.threads);
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
    `on this machine with ${threads} ${threads === 1 ? 'thread' : 'threads'}: ${formatQuantity(peak)} multiply-adds/s in a large matrix product, ${formatQuantity(bandwidth)}B/s in a sum of two maps; layers are timed alone`,
  );
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
