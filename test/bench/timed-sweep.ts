/** Sweeps whose trials are timed by their store: a plan of sampled networks, run for real in a store of its own. */
import { openSqliteStore } from '@netspace/store/sqlite';
import type { StoredTrial } from '@netspace/store/store';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { parsePlan, type Plan } from '@netspace/sweep/plan';
import { runPlan } from '@netspace/sweep/run';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SweepSize {
  readonly networks: number;
  readonly epochs: number;
  /** Training images, held-out ones included. */
  readonly images: number;
}

/**
 * `mixed`: half from AnyNetX A, half from RegNetX: thin and wide, deep and shallow, flops of a factor of 8. `wide`: few blocks of many
 * channels, most of whose time is arithmetic. `thin`: many blocks of few channels, bound by memory and by what each layer costs.
 */
const kinds = ['mixed', 'wide', 'thin'] as const;

const spacesOf: Record<(typeof kinds)[number], (networks: number) => string> = {
  mixed: (networks) =>
    ['anynet-a', 'regnetx'].map((base) => describeSpace(base, networks / 2, '')).join('') +
    'window: { flops: 1M:8M }\n',
  wide: (networks) =>
    describeSpace('anynet-a', networks, 'depth: [1, 2], width: [96, 128, 192, 256], groupWidth: [32, 64]'),
  thin: (networks) =>
    describeSpace('anynet-a', networks, 'depth: [4, 6, 8, 10], width: [8, 16, 24], groupWidth: [1, 2, 4, 8]'),
};

function describeSpace(base: string, networks: number, dimensions: string): string {
  const own = dimensions === '' ? '' : `, dimensions: { ${dimensions}, bottleneckRatio: [1, 2] }`;
  return `  - name: ${base}\n    networks: ${networks}\n    space: { extends: ${base}, stem: { kind: cifar, width: 16 }, strides: [1, 2, 2, 2]${own} }\n`;
}

/** Throws where there is no such kind. */
export function makeBenchPlan({ networks, epochs, images }: SweepSize, kind = 'mixed'): Plan {
  const known = kinds.find((each) => each === kind);
  if (!known) throw new Error(`--kind ${kind}: it must be ${kinds.join(', ')}`);
  const text = `name: bench
seed: 1
spaces:
${spacesOf[known](networks)}data: { name: fashion-mnist-12k, limit: ${images} }
recipe: { epochs: ${epochs}, augmentation: flip-crop }
`;
  return parsePlan(text, 'bench');
}

export interface TimedSweep {
  /** In the order of the plan. */
  readonly trials: readonly StoredTrial[];
  /** From the call to the end of the last process. */
  readonly seconds: number;
}

/** `beside` is begun before the sweep, with the store's location, and what it yields is called at the end. */
export async function runTimed(
  plan: Plan,
  workers: number,
  beside?: (location: string) => Promise<() => Promise<void>>,
): Promise<TimedSweep> {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-'));
  const store = await openSqliteStore(join(folder, 'netspace.db'));
  const end = await beside?.(store.location);
  try {
    const started = performance.now();
    const { sweep } = await runPlan(plan, store, { workers, checkpoints: checkpointFolder(store.location) });
    const seconds = (performance.now() - started) / 1000;
    return { trials: await store.trials(sweep.id), seconds };
  } finally {
    await end?.();
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

/** Seconds from the lease of a trial to its end, by the store's clock. */
export function secondsOf({ startedAt = NaN, finishedAt = NaN }: StoredTrial): number {
  return (finishedAt - startedAt) / 1000;
}

/** CPU seconds of a trial with one thread: what it takes where nothing else runs, however much else did. */
export function cpuSecondsOf({ provenance = {} }: StoredTrial): number {
  return Number(provenance['cpuSeconds'] ?? NaN);
}
