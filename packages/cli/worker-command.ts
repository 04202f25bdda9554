/** The command that works on the sweeps of a store, on any machine that reaches it. */
import { workOff } from '@netspace/sweep/backlog';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { showSweep } from '@netspace/sweep/display';
import { watchScheduler } from '@netspace/sweep/interrupts';
import type { SweepEvent } from '@netspace/sweep/sweep-event';
import type { Command } from 'commander';
import { exitCodes, type Finish } from './errors.ts';
import { numberOption, timeOption } from './input.ts';
import { say } from './output.ts';
import { workersFor } from './plan-file.ts';
import { openStore, withStore, type StoreOptions } from './store-file.ts';
import { supervisionOf, withSupervision, type SupervisionOptions } from './supervision-options.ts';

interface WorkerOptions extends StoreOptions, SupervisionOptions {
  readonly sweep?: string;
  readonly wait?: true;
  readonly workers?: number;
  readonly timeLimit?: number;
  readonly checkpoints?: string;
  readonly json?: true;
}

export function addWorkerCommand(program: Command, finish: Finish): void {
  withSupervision(withStore(program.command('worker')))
    .description('works on the sweeps of a store, beside others on this or any other machine')
    .option('--sweep <NAME>', 'only this sweep: name, number or plan hash; all unfinished ones when left out')
    .option('--wait', 'stay for new sweeps when nothing is left')
    .option(
      '--workers <N>',
      'processes, as many as the cores have room for when left out',
      numberOption('workers', { least: 1, most: 1024, whole: true }),
    )
    .option(
      '--time-limit <TIME>',
      'end after so long, between two epochs: 90s, 30m, 12h, 2d',
      timeOption('time-limit'),
    )
    .option(
      '--checkpoints <DIR>',
      'folder for checkpoints, best one that all machines share; NETSPACE_CHECKPOINTS, or below the working folder',
    )
    .option('--json', 'print events as JSON, one a line')
    .action(async (options: WorkerOptions) => finish(await work(options)));
}

async function work(options: WorkerOptions): Promise<number> {
  const signals = watchScheduler();
  const limit = new AbortController();
  const timer =
    options.timeLimit === undefined ? undefined : setTimeout(() => limit.abort(), options.timeLimit);
  const display = showSweep(
    options.json ? process.stdout : process.stderr,
    options.json ? { json: true } : {},
  );
  // Whoever sends SIGTERM kills soon afterwards; a store that does not answer cannot delay the end for ever.
  signals.stop.addEventListener(
    'abort',
    () => void setTimeout(() => process.exit(exitCodes.terminated), 12_000).unref(),
  );
  let failed = 0;
  const store = await openStore(options);
  try {
    const isLeft = await workOff(store, {
      workersFor: (plan) => options.workers ?? workersFor(plan),
      ...supervisionOf(options),
      checkpoints: options.checkpoints ?? checkpointFolder(store.location),
      ...(options.sweep !== undefined && { sweep: options.sweep }),
      waits: options.wait === true,
      drain: AbortSignal.any([signals.drain, limit.signal]),
      stop: signals.stop,
      onEvent: (event) => {
        if (isFailure(event)) failed++;
        display.onEvent(event);
      },
    });
    display.close();
    return endOf(signals, isLeft, failed);
  } catch (error) {
    if (!signals.terminated()) throw error;
    say(`ended by SIGTERM: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.terminated;
  } finally {
    clearTimeout(timer);
    display.close();
    signals.release();
    await store.close();
  }
}

function isFailure(event: SweepEvent): boolean {
  return event.kind === 'finished' && event.status === 'failed';
}

function endOf(signals: ReturnType<typeof watchScheduler>, isLeft: boolean, failed: number): number {
  if (signals.terminated()) return exitCodes.terminated;
  if (isLeft && (signals.drain.aborted || signals.stop.aborted)) return exitCodes.interrupted;
  return failed > 0 ? exitCodes.failedTrials : exitCodes.ok;
}
