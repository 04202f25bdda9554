/** Calibrates this machine: as many processes at once as a sweep has workers, for they share caches and memory. Kept for later. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@netspace/data/folders';
import { netspaceVersion } from '@netspace/train/netspace-version';
import { kernelsHere } from '@netspace/train/versions';
import { mean } from '@netspace/stats/quantile';
import { fitMachine, type MachineRates } from './calibration.ts';
import type { CalibrationOrder, CalibrationReport } from './calibration-process.ts';
import { startMeasuring } from './measuring-process.ts';

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
  /** Our own operations: the instructions that they use, or `none`. */
  readonly kernels: string;
}

export interface Calibration {
  /** Milliseconds since 1970. */
  readonly measuredAt: number;
  readonly machine: Machine;
  readonly rates: MachineRates;
  /**
   * How many times longer it took than by CPU time, which the rates rest on: 1 where the machine had nothing else to do. Not known of
   * workers with several threads.
   */
  readonly delay?: number;
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
    kernels: kernelsHere(),
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
  const processes = Array.from({ length: machine.workers }, () =>
    startMeasuring<CalibrationOrder, CalibrationReport>('calibration-process', machine.threads),
  );
  try {
    const starts = await Promise.all(processes.map(({ report }) => report()));
    for (const each of processes) each.send({ threads: machine.threads });
    const ends = await Promise.all(processes.map(({ report }) => report()));
    const processStart = Math.max(...starts.map(({ spent }) => Math.min(spent.cpu, spent.wall)));
    const calibration = {
      measuredAt,
      machine,
      rates: fitMachine(
        ends.flatMap(({ timings = [] }) => timings),
        processStart,
      ),
      ...(machine.threads === 1 && { delay: mean(ends.map(({ spent }) => spent.wall / spent.cpu)) }),
    };
    keep(calibration);
    return calibration;
  } finally {
    for (const each of processes) each.end();
  }
}

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

/** What was measured in another way is not found. */
const method = 'CPU time of steps after warm-up';

function calibrationFile(machine: Machine): string {
  const key = createHash('sha256').update(JSON.stringify({ method, machine })).digest('hex').slice(0, 16);
  return join(cacheFolder(), 'calibration', `${key}.json`);
}
