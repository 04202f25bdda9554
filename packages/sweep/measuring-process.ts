/** A process that measures this machine for its supervisor: it tells when it is ready, then answers one order after another. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { workerEnvironment } from './worker-handle.ts';

/** Seconds of CPU and of the wall clock. */
export interface Moment {
  readonly cpu: number;
  readonly wall: number;
}

export interface MeasuringProcess<Order extends object, Report> {
  send(order: Order): void;
  /** What it tells next; rejects with a CalibrationError when the process ends first. */
  report(): Promise<Report>;
  end(): void;
}

/** Processes that could not measure; `code` is `calibration`. */
export class CalibrationError extends Error {
  readonly code = 'calibration';
}

/** `name` of the compiled file; run from source it is the compiled one as well. */
export function startMeasuring<Order extends object, Report>(
  name: string,
  threads: number,
): MeasuringProcess<Order, Report> {
  const folder = import.meta.url.endsWith('.ts') ? './dist/' : './';
  const child = fork(fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url)), [], {
    env: { ...process.env, ...workerEnvironment(threads) },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const gone = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      reject(
        new CalibrationError(
          `a process that measures this machine ended with ${signal ?? `exit code ${code}`}; ${
            signal === 'SIGKILL' ? 'was there memory enough? Use fewer --workers' : 'run: netspace doctor'
          }`,
        ),
      ),
    );
  });
  // Told to whoever asks for a report.
  gone.catch(() => {});
  const next = async (): Promise<Report> => {
    const [report] = (await once(child, 'message')) as [Report];
    return report;
  };
  return {
    // A message to a process that is ending is lost either way; `gone` tells.
    send: (order) => void (child.connected && child.send(order, () => {})),
    report: () => Promise.race([next(), gone]),
    end: () => void child.kill('SIGKILL'),
  };
}

export function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1e6, wall: performance.now() / 1000 };
}

export function between(before: Moment, after: Moment): Moment {
  return { cpu: after.cpu - before.cpu, wall: after.wall - before.wall };
}
