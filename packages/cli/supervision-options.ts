/** Options of the commands that train a sweep: how long a trial may take, and when a worker makes way for a fresh one. */
import { parseQuantity } from '@netspace/network/quantity';
import type { SupervisorOptions } from '@netspace/sweep/supervision';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';
import { numberOption, timeOption } from './input.ts';

export interface SupervisionOptions {
  readonly trialLimit?: number;
  readonly workerTrials?: number;
  readonly workerMemory?: number;
  readonly workerAge?: number;
}

export function withSupervision(command: Command): Command {
  return command
    .option(
      '--trial-limit <TIME>',
      'a trial fails that is trained longer without a break: 90s, 30m, 12h, 2d (no limit)',
      timeOption('trial-limit'),
    )
    .option(
      '--worker-trials <N>',
      'trials after which a process makes way for a fresh one (100)',
      numberOption('worker-trials', { least: 1, most: 1e9, whole: true }),
    )
    .option(
      '--worker-memory <BYTES>',
      'resident memory above which a process makes way, after its trial: 800M, 3G (3.2G)',
      bytesOption('worker-memory'),
    )
    .option(
      '--worker-age <TIME>',
      'age after which a process makes way, after its trial: 30m, 12h (no limit)',
      timeOption('worker-age'),
    );
}

export function supervisionOf(options: SupervisionOptions): Partial<SupervisorOptions> {
  const { trialLimit, workerTrials, workerMemory, workerAge } = options;
  return {
    ...(trialLimit !== undefined && { trialMilliseconds: trialLimit }),
    ...(workerTrials !== undefined && { trialsPerWorker: workerTrials }),
    ...(workerMemory !== undefined && { workerMemory }),
    ...(workerAge !== undefined && { workerMilliseconds: workerAge }),
  };
}

/** A process holds some 300 MB before it trains anything. */
const leastBytes = 1e6;

function bytesOption(option: string): (text: string) => number {
  return (text) => {
    try {
      const bytes = parseQuantity(text);
      if (bytes >= leastBytes) return bytes;
    } catch {
      // Said below, with the option's name.
    }
    throw new UsageError(`--${option} ${text}: it must be a number of bytes such as 800M or 3G`);
  };
}
