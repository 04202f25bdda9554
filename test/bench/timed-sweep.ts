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

/** Half from AnyNetX A, half from RegNetX: thin and wide, deep and shallow, flops of a factor of 8. */
export function makeBenchPlan({ networks, epochs, images }: SweepSize): Plan {
  const space = (base: string) =>
    `  - name: ${base}\n    networks: ${networks / 2}\n    space: { extends: ${base}, stem: { kind: cifar, width: 16 }, strides: [1, 2, 2, 2] }\n`;
  const text = `name: bench
seed: 1
spaces:
${space('anynet-a')}${space('regnetx')}window: { flops: 1M:8M }
data: { name: fashion-mnist-12k, limit: ${images} }
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

export async function runTimed(plan: Plan, workers: number): Promise<TimedSweep> {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-'));
  const store = await openSqliteStore(join(folder, 'netspace.db'));
  try {
    const started = performance.now();
    const { sweep } = await runPlan(plan, store, { workers, checkpoints: checkpointFolder(store.location) });
    const seconds = (performance.now() - started) / 1000;
    return { trials: await store.trials(sweep.id), seconds };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

/** Seconds from the lease of a trial to its end, by the store's clock. */
export function secondsOf({ startedAt = NaN, finishedAt = NaN }: StoredTrial): number {
  return (finishedAt - startedAt) / 1000;
}
