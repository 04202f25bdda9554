/** A small store for tests: trials of two spaces that ended, failed, and are in training. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trial } from '@netspace/population/trial';
import { openStore } from '@netspace/store/open';
import type { NewTrial, Store } from '@netspace/store/store';

export interface ExampleStore {
  readonly store: Store;
  readonly location: string;
  readonly folder: string;
  remove(): Promise<void>;
}

const network = {
  stem: { kind: 'simple', width: 32 },
  stages: [{ depth: 1, width: 24, stride: 2, bottleneckRatio: 1, groupWidth: 8 }],
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
} as const satisfies Trial['network'];

export async function makeStore(): Promise<ExampleStore> {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-dashboard-'));
  const location = join(folder, 'netspace.db');
  const store = await openStore(location, undefined, { remembers: true });
  return {
    store,
    location,
    folder,
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A trial that ended elsewhere; errors rise with the number, every fifth failed. */
function endedTrial(number: number, space: string): Trial {
  const failed = number % 5 === 4;
  return {
    space,
    network,
    status: failed ? 'failed' : 'completed',
    ...(failed ? { reason: 'out of memory' } : { error: (10 + number) / 100 }),
    flops: 1000 * (number + 1),
    params: 2000,
    activations: 3000,
    recipe: { epochs: 2, learningRate: 0.1 },
    seed: number,
    curve: [
      { epoch: 1, trainLoss: 2, validationError: 0.9 },
      { epoch: 2, trainLoss: 1, validationError: 0.5 },
    ],
    provenance: { host: 'h' },
  };
}

export function plannedTrial(cost: number): NewTrial {
  return {
    space: 'regnetx',
    network,
    flops: 1000,
    params: 2000,
    activations: 3000,
    recipe: { epochs: 2, learningRate: 0.1 },
    seed: 7,
    cost,
  };
}

/** A sweep with a plan of its own, none of whose trials has begun. */
export async function planSweep(
  store: Store,
  trials: readonly NewTrial[],
  name = 'planned',
): Promise<number> {
  const plan = {
    seed: 1,
    spaces: [{ name: 'regnetx', space: 'regnetx', networks: trials.length }],
    data: { name: "fashion-mnist'; rm -rf /", seed: '1', validationShare: 0.2 },
    recipe: { epochs: 2, learningRate: 0.1 },
    threads: 1,
  };
  const { sweep } = await store.addSweep({ name, planHash: `aa${name}`, plan: JSON.stringify(plan) }, trials);
  return sweep.id;
}

/** Trials of elsewhere as a sweep: `counts` of each space. */
export async function importTrials(
  store: Store,
  counts: Readonly<Record<string, number>>,
  name = 'imported',
): Promise<number> {
  const trials = Object.entries(counts).flatMap(([space, count]) =>
    Array.from({ length: count }, (_, i) => endedTrial(i, space)),
  );
  const origin = { import: { file: 'trials.jsonl', sha256: '', format: 'jsonl' } };
  const { sweep } = await store.importSweep(
    { name, planHash: `bb${name}`, plan: JSON.stringify(origin) },
    trials,
  );
  return sweep.id;
}
