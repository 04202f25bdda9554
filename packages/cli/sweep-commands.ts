/** Commands that plan and run sweeps. */
import { readPlan } from './plan-file.ts';
import { inputShape, runPlan } from '@netspace/sweep/run';
import { planHash } from '@netspace/sweep/plan-hash';
import { planTrials } from '@netspace/sweep/trials';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { describeShard, parseShard } from '@netspace/sweep/shard';
import { showSweep } from '@netspace/sweep/display';
import { watchInterrupts } from '@netspace/sweep/interrupts';
import { formatQuantity } from '@netspace/network/quantity';
import { availableParallelism } from 'node:os';
import type { Shard } from '@netspace/store/store';
import type { Command } from 'commander';
import { exitCodes, UsageError, type Finish } from './errors.ts';
import { numberOption } from './input.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { openStore, withStore, type StoreOptions } from './store-file.ts';

interface RunOptions extends StoreOptions {
  readonly workers?: number;
  readonly shard?: Shard;
  readonly json?: true;
}

export function addSweepCommands(program: Command, finish: Finish): void {
  program
    .command('plan <plan>')
    .description('what a plan would run: networks, acceptance, flops')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: true }) => showPlan(file, options.json === true));

  withStore(program.command('run <plan>'))
    .description('runs a plan; repeating it resumes')
    .option(
      '--workers <N>',
      'processes, one a core when left out',
      numberOption('workers', { least: 1, most: 1024, whole: true }),
    )
    .option('--shard <i/n>', 'train only this part of the plan, such as 2/3', shardOption)
    .option('--json', 'print events as JSON, one a line')
    .action(async (file: string, options: RunOptions) => finish(await run(file, options)));
}

function shardOption(text: string): Shard {
  const shard = parseShard(text);
  if (shard) return shard;
  throw new UsageError(
    `--shard ${text}: it must be i/n with i from 1 to n, such as 2/3 for the second of three parts`,
  );
}

async function showPlan(file: string, json: boolean): Promise<void> {
  const plan = readPlan(file);
  const { trials, samples } = planTrials(plan, await inputShape(plan));
  const drawnKeys = Object.keys(plan.sweep.recipeDimensions ?? {});
  const epochs = trials.map(({ recipe }) => Number(recipe['epochs']));
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  const hash = planHash(plan.sweep);
  const flops = trials.reduce((total, trial) => total + trial.flops, 0);
  if (json) {
    const networks = trials.map(({ space, network, flops: each, params, activations, seed, recipe }) => ({
      space,
      network,
      flops: each,
      params,
      activations,
      seed,
      // The keys that are drawn; the others are the same for all.
      recipe: Object.fromEntries(drawnKeys.map((key) => [key, recipe[key]])),
    }));
    return printJson({ name: plan.name, hash, epochs: most, samples, totalFlops: flops, networks });
  }
  printTable(
    ['space', 'networks', 'draws', 'accepted'],
    samples.map(({ name, networks, drawn, acceptance }) => [
      name,
      networks,
      drawn,
      `${(acceptance * 100).toPrecision(3)} %`,
    ]),
  );
  printLine(
    `${trials.length} networks, ${least === most ? most : `${least} to ${most}`} epochs each, ${formatQuantity(flops / trials.length)} flops on average`,
  );
  if (drawnKeys.length > 0) printLine(`drawn for each trial: ${drawnKeys.join(', ')}`);
  printLine(`plan hash ${hash}`);
}

async function run(file: string, options: RunOptions): Promise<number> {
  const plan = readPlan(file);
  const store = await openStore(options);
  const interrupts = watchInterrupts();
  const display = showSweep(
    options.json ? process.stdout : process.stderr,
    options.json ? { json: true } : {},
  );
  try {
    const { counts, interrupted } = await runPlan(plan, store, {
      workers: options.workers ?? availableParallelism(),
      checkpoints: checkpointFolder(store.location),
      ...(options.shard && { shard: options.shard }),
      onEvent: display.onEvent,
      drain: interrupts.drain,
      stop: interrupts.stop,
    });
    display.close();
    if (interrupted) {
      const part = options.shard ? ` --${describeShard(options.shard)}` : '';
      say(`interrupted; run the same command to go on: netspace run ${file}${part}`);
      return exitCodes.interrupted;
    }
    return counts.failed > 0 ? exitCodes.failedTrials : exitCodes.ok;
  } finally {
    display.close();
    interrupts.release();
    await store.close();
  }
}
