/** Commands that plan and run sweeps. */
import { readPlan, workersFor } from './plan-file.ts';
import type { Plan } from '@netspace/sweep/plan';
import { runPlan } from '@netspace/sweep/run';
import { describeMachine, findCalibration } from '@netspace/sweep/calibrate';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { describeShard, parseShard } from '@netspace/sweep/shard';
import { showSweep } from '@netspace/sweep/display';
import { eventJsonSchema } from '@netspace/sweep/event-schema';
import { watchInterrupts } from '@netspace/sweep/interrupts';
import type { Shard } from '@netspace/store/store';
import type { Command } from 'commander';
import { exitCodes, UsageError, type Finish } from './errors.ts';
import { numberOption } from './input.ts';
import { printLine, say } from './output.ts';
import { showDryRun } from './dry-run.ts';
import { addPlanCommand } from './plan-command.ts';
import { findStore, openStore, withStore, type StoreOptions } from './store-file.ts';
import { supervisionOf, withSupervision, type SupervisionOptions } from './supervision-options.ts';

interface RunOptions extends StoreOptions, SupervisionOptions {
  readonly workers?: number;
  readonly shard?: Shard;
  readonly maxAttempts?: number;
  readonly lease?: number;
  readonly threads?: number;
  readonly dryRun?: true;
  readonly schema?: true;
  readonly json?: true;
}

export function addSweepCommands(program: Command, finish: Finish): void {
  addPlanCommand(program);

  withSupervision(withStore(program.command('run [plan]')))
    .description('runs a plan; repeating it resumes')
    .option(
      '--workers <N>',
      'processes, as many as the cores have room for when left out',
      numberOption('workers', { least: 1, most: 1024, whole: true }),
    )
    .option('--shard <i/n>', 'train only this part of the plan, such as 2/3', shardOption)
    .option(
      '--max-attempts <N>',
      'a trial fails that is lost as often one after another without coming an epoch further (3)',
      numberOption('max-attempts', { least: 1, most: 1e6, whole: true }),
    )
    .option(
      '--lease <SECONDS>',
      'a process that is not heard of for so long loses its trials to others (60)',
      numberOption('lease', { least: 1, most: 86_400 }),
    )
    .option(
      '--threads <N>',
      'of each process, instead of the plan’s; a part of the plan, so it makes a sweep of its own: other threads sum in another order',
      numberOption('threads', { least: 1, most: 1024, whole: true }),
    )
    .option('--dry-run', 'say what would be trained, and train nothing')
    .option('--json', 'print events as JSON, one a line')
    .option('--schema', 'print the JSON Schema of these events instead')
    .action(async (file: string | undefined, options: RunOptions) => {
      if (options.schema) return printLine(JSON.stringify(eventJsonSchema(), null, 2));
      if (file === undefined) throw new UsageError('name a plan, such as plan.yaml');
      finish(await run(file, options));
    });
}

function shardOption(text: string): Shard {
  const shard = parseShard(text);
  if (shard) return shard;
  throw new UsageError(
    `--shard ${text}: it must be i/n with i from 1 to n, such as 2/3 for the second of three parts`,
  );
}

function knownRates(plan: Plan, workers: number) {
  const known = findCalibration(describeMachine(workers, plan.sweep.threads));
  return known && { rates: known.rates };
}

async function run(file: string, options: RunOptions): Promise<number> {
  const plan = readPlan(file, options.threads);
  const workers = options.workers ?? workersFor(plan.sweep);
  const terms = { workers, ...knownRates(plan, workers), ...(options.shard && { shard: options.shard }) };
  if (options.dryRun) {
    await showDryRun(plan, await findStore(options), { ...terms, json: options.json === true });
    return exitCodes.ok;
  }
  const store = await openStore(options);
  const interrupts = watchInterrupts();
  const display = showSweep(
    options.json ? process.stdout : process.stderr,
    options.json ? { json: true } : {},
  );
  try {
    const { counts, interrupted } = await runPlan(plan, store, {
      ...terms,
      ...supervisionOf(options),
      ...(options.maxAttempts !== undefined && { maxAttempts: options.maxAttempts }),
      ...(options.lease !== undefined && { leaseMilliseconds: 1000 * options.lease }),
      checkpoints: checkpointFolder(store.location),
      onEvent: display.onEvent,
      drain: interrupts.drain,
      stop: interrupts.stop,
    });
    display.close();
    if (interrupted) {
      say(`interrupted; run the same command to go on: netspace run ${file}${describeWords(options)}`);
      return exitCodes.interrupted;
    }
    return counts.failed > 0 ? exitCodes.failedTrials : exitCodes.ok;
  } finally {
    display.close();
    interrupts.release();
    await store.close();
  }
}

/** What of the command line decides which sweep, and which part of it, is trained. */
function describeWords({ shard, threads }: RunOptions): string {
  const part = shard ? ` --${describeShard(shard)}` : '';
  return threads === undefined ? part : `${part} --threads ${threads}`;
}
