/** The command that has a Slurm cluster train a plan. */
import type { Store, Sweep } from '@netspace/store/store';
import { formatBatchScript } from '@netspace/sweep/batch-script';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { showSweep } from '@netspace/sweep/display';
import { runFleet } from '@netspace/sweep/fleet';
import { watchWatcher } from '@netspace/sweep/interrupts';
import type { Plan } from '@netspace/sweep/plan';
import { planHash } from '@netspace/sweep/plan-hash';
import { openSweep } from '@netspace/sweep/run';
import { slurmEngine, type SlurmOptions } from '@netspace/sweep/slurm';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { exitCodes, type Finish } from './errors.ts';
import { numberOption } from './input.ts';
import { printJson, printLine, say } from './output.ts';
import { readPlan } from './plan-file.ts';
import type { StoreOptions } from './store-file.ts';
import { openServerStore, withServerStore } from './store-server.ts';

interface SlurmCommandOptions extends StoreOptions {
  readonly array: number;
  readonly workers?: number;
  readonly checkpoints?: string;
  readonly logs: string;
  readonly partition?: string;
  readonly account?: string;
  readonly time?: string;
  readonly cpusPerTask?: number;
  readonly mem?: string;
  readonly gres?: string;
  readonly sbatch?: string[];
  readonly submitOnly?: true;
  readonly follow?: string | true;
  readonly cancel?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

const count = (option: string) => numberOption(option, { least: 1, most: 100_000, whole: true });

export function addSlurmCommand(program: Command, finish: Finish): void {
  withServerStore(program.command('slurm <plan>'))
    .description('runs a plan on a Slurm cluster, as a job array of workers; repeating it resumes')
    .option('--array <N>', 'tasks at a time', count('array'), 4)
    .option(
      '--workers <N>',
      'processes of a task, as many as its cores have room for when left out',
      count('workers'),
    )
    .option('--partition <NAME>', 'as of sbatch')
    .option('--account <NAME>', 'as of sbatch')
    .option('--time <LIMIT>', 'time limit of a task, as of sbatch: 12:00:00')
    .option('--cpus-per-task <N>', 'cores of a task', count('cpus-per-task'))
    .option('--mem <SIZE>', 'memory of a task, as of sbatch: 4G')
    .option('--gres <LIST>', 'generic resources of a task, as of sbatch')
    .option('--sbatch <OPTION...>', 'further options of sbatch, such as --sbatch=--qos=long')
    .option(
      '--checkpoints <DIR>',
      'folder for checkpoints that all nodes see; below the working folder when left out',
    )
    .option('--logs <DIR>', 'folder for logs of the tasks', 'netspace-slurm')
    .option('--submit-only', 'submit the job and leave')
    .option('--follow [JOB]', 'only watch what was submitted before')
    .option('--cancel', 'cancel the tasks of this plan')
    .option('--dry-run', 'print the batch script and do nothing')
    .option('--json', 'print events as JSON, one a line')
    .action(async (file: string, options: SlurmCommandOptions) => finish(await slurm(file, options)));
}

async function slurm(file: string, options: SlurmCommandOptions): Promise<number> {
  const plan = readPlan(file);
  if (options.dryRun) {
    const { name, ...batch } = jobOf(plan, options);
    process.stdout.write(formatBatchScript(name, batch));
    return exitCodes.ok;
  }
  const store = await openServerStore(options, 'nodes of a cluster');
  try {
    return await place(plan, store, options);
  } finally {
    await store.close();
  }
}

async function place(plan: Plan, store: Store, options: SlurmCommandOptions): Promise<number> {
  const engine = slurmEngine(jobOf(plan, options, store));
  if (options.cancel) {
    await engine.stop('now');
    say(
      'the tasks are cancelled; what is not trained stays planned ("netspace cancel" gives that up as well)',
    );
    return exitCodes.ok;
  }
  const { sweep } = await openSweep(plan, store, (event) => void (event.kind === 'note' && say(event.text)));
  if (!options.submitOnly) return follow(store, sweep, engine, options);
  const job = await engine.submit(options.array);
  if (options.json) printJson({ job, sweep: sweep.id, tasks: options.array });
  else printLine(job);
  return exitCodes.ok;
}

/** Named by the plan, so that a later command finds the job of the same plan again. */
function jobOf(plan: Plan, options: SlurmCommandOptions, store?: Store): SlurmOptions {
  const hash = planHash(plan.sweep);
  const { checkpoints = store && checkpointFolder(store.location), workers, follow: job } = options;
  const location = options.store ?? process.env['NETSPACE_STORE'];
  return {
    name: `netspace-${hash.slice(0, 12)}`,
    ...(typeof job === 'string' && { job }),
    environment: location === undefined ? {} : { NETSPACE_STORE: location },
    folder: process.cwd(),
    logs: resolve(options.logs),
    command: [
      process.execPath,
      process.argv[1] ?? 'netspace',
      'worker',
      '--sweep',
      hash.slice(0, 16),
      ...(checkpoints === undefined ? [] : ['--checkpoints', resolve(checkpoints)]),
      ...(workers === undefined ? [] : ['--workers', String(workers)]),
    ],
    ...(options.partition !== undefined && { partition: options.partition }),
    ...(options.account !== undefined && { account: options.account }),
    ...(options.time !== undefined && { time: options.time }),
    ...(options.cpusPerTask !== undefined && { cpusPerTask: options.cpusPerTask }),
    ...(options.mem !== undefined && { memory: options.mem }),
    ...(options.gres !== undefined && { gres: options.gres }),
    ...(options.sbatch && { extra: options.sbatch }),
  };
}

async function follow(
  store: Store,
  sweep: Sweep,
  engine: ReturnType<typeof slurmEngine>,
  options: SlurmCommandOptions,
): Promise<number> {
  const signals = watchWatcher();
  const display = showSweep(
    options.json ? process.stdout : process.stderr,
    options.json ? { json: true } : {},
  );
  try {
    display.onEvent({
      kind: 'planned',
      sweep: sweep.name,
      sweepId: sweep.id,
      resumed:
        sweep.counts.planned + sweep.counts.leased < Object.values(sweep.counts).reduce((a, b) => a + b, 0),
      counts: sweep.counts,
      ...(sweep.leastError !== undefined && { leastError: sweep.leastError }),
      workers: options.array * (options.workers ?? 1),
      remainingCost: sweep.remainingCost,
      at: Date.now(),
    });
    const interrupted = await runFleet(store, sweep, engine, {
      tasks: options.array,
      watchesOnly: options.follow !== undefined,
      onEvent: display.onEvent,
      drain: signals.drain,
      stop: signals.stop,
      leave: signals.leave,
    });
    display.close();
    const { failed } = await store.countTrials(sweep.id);
    if (signals.leave.aborted && interrupted)
      say('the job goes on; netspace slurm PLAN --follow watches it again');
    if (interrupted) return exitCodes.interrupted;
    return failed > 0 ? exitCodes.failedTrials : exitCodes.ok;
  } finally {
    display.close();
    signals.release();
  }
}
