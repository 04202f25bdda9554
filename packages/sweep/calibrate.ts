/** Calibrates this machine: as many processes at once as a sweep has workers, for they share caches and memory. Kept for later. */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '@netspace/data/folders';
import { netspaceVersion } from '@netspace/train/versions';
import { fitMachine, type MachineRates, type Timing } from './calibration.ts';
import { workerEnvironment } from './worker-handle.ts';

/** What a calibration is good for. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly workers: number;
  /** Of each worker. */
  readonly threads: number;
  readonly netspace: string;
  readonly node: string;
  /** An upper limit to the processor's instructions that oneDNN was given. */
  readonly instructions: string;
}

export interface Calibration {
  /** Milliseconds since 1970. */
  readonly measuredAt: number;
  readonly machine: Machine;
  readonly rates: MachineRates;
}

/** Processes that could not measure; `code` is `calibration`. */
export class CalibrationError extends Error {
  readonly code = 'calibration';
}

export function describeMachine(workers: number, threads: number): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    workers,
    threads,
    netspace: netspaceVersion,
    node: process.versions.node,
    instructions: process.env['ONEDNN_MAX_CPU_ISA'] ?? '',
  };
}

/** What was measured on such a machine before; undefined where nothing was, or what lies there cannot be read. */
export function findCalibration(machine: Machine): Calibration | undefined {
  try {
    const found = JSON.parse(readFileSync(calibrationFile(machine), 'utf8')) as Calibration;
    const { step, begin, evaluationShare, processStart } = found.rates;
    const all = [step.flop, step.activation, step.layer, begin.training, begin.layer];
    return [...all, evaluationShare, processStart, found.measuredAt].every((each) => each >= 0)
      ? found
      : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a few seconds; what was measured is kept in the user's cache folder, where it can be. */
export async function calibrate(machine: Machine, measuredAt = Date.now()): Promise<Calibration> {
  const started = performance.now();
  const processes = Array.from({ length: machine.workers }, () => startProcess(machine.threads));
  const ends = Promise.all(processes.map(({ timings }) => timings));
  try {
    await Promise.race([Promise.all(processes.map(({ ready }) => ready)), ends]);
    const processStart = (performance.now() - started) / 1000;
    for (const { child } of processes) child.send('measure');
    const calibration = { measuredAt, machine, rates: fitMachine((await ends).flat(), processStart) };
    keep(calibration);
    return calibration;
  } finally {
    for (const { child } of processes) child.kill('SIGKILL');
  }
}

interface Report {
  readonly timings?: readonly Timing[];
}

function startProcess(threads: number) {
  const child = fork(fileURLToPath(processEntry), [], {
    env: { ...process.env, ...workerEnvironment(threads) },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const timings = new Promise<readonly Timing[]>((resolve, reject) => {
    child.on('message', (report: Report) => void (report.timings && resolve(report.timings)));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      reject(
        new CalibrationError(
          `a process that measures this machine ended with ${signal ?? `exit code ${code}`}; run: netspace doctor`,
        ),
      ),
    );
  });
  return { child, ready: once(child, 'message'), timings };
}

/** Run from source it is the compiled one. */
const processEntry = new URL(
  import.meta.url.endsWith('.ts') ? './dist/calibration-process.js' : './calibration-process.js',
  import.meta.url,
);

function keep(calibration: Calibration): void {
  const path = calibrationFile(calibration.machine);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(calibration, null, 2)}\n`);
    renameSync(draft, path);
  } catch {
    // Nothing is lost but the seconds that the next calibration takes.
  }
}

function calibrationFile(machine: Machine): string {
  const key = createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 16);
  return join(cacheFolder(), 'calibration', `${key}.json`);
}
