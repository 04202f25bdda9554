/** What a process of a sweep's bench runs: a few steps of the trials that it is told, on the sweep's own images, by the wall clock. */
import type { TrainingData } from '@netspace/data/dataset';
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import type { NewTrial } from '@netspace/store/store';
import { measurePeak } from '@netspace/train/layer-timing';
import { readVersions } from '@netspace/train/versions';
import type { Timing } from './calibration.ts';
import { between, now, type Moment } from './measuring-process.ts';
import { readRecipe } from './recipe-record.ts';
import { shorten, timeTraining, warmUp } from './training-timing.ts';
import type { DataRequest } from './work.ts';

export type BenchOrder =
  | { readonly kind: 'prepare'; readonly data: DataRequest }
  /** So many steps count. */
  | { readonly kind: 'train'; readonly trial: Pick<NewTrial, 'network' | 'recipe'>; readonly steps: number }
  | { readonly kind: 'peak'; readonly rounds: number };

export type BenchReport =
  | { readonly kind: 'ready'; readonly spent: Moment }
  | BenchReading
  /** Multiply-adds a second of a large matrix product. */
  | { readonly kind: 'peak'; readonly peak: number }
  | { readonly kind: 'failed'; readonly reason: string };

export interface BenchReading {
  readonly kind: 'trained';
  readonly timing: Timing;
  readonly spent: Moment;
  /** Most bytes that were resident so far. */
  readonly memory: number;
}

/** Two batches of an evaluation. */
const evaluated = 512;

let data: TrainingData | undefined;

process.on('disconnect', () => process.exit(1));
process.on('message', (order: BenchOrder) => void answer(order));

async function answer(order: BenchOrder): Promise<void> {
  try {
    process.send?.(await follow(order));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.send?.({ kind: 'failed', reason } satisfies BenchReport);
  }
}

async function follow(order: BenchOrder): Promise<BenchReport> {
  switch (order.kind) {
    case 'prepare':
      readVersions();
      data = holdOut(await loadDataset(order.data.name), order.data);
      return { kind: 'ready', spent: { ...now(), wall: process.uptime() } };
    case 'train':
      return train(order.trial, order.steps);
    case 'peak':
      return { kind: 'peak', peak: measurePeak(order.rounds) };
  }
}

async function train({ network, recipe }: Pick<NewTrial, 'network' | 'recipe'>, steps: number) {
  if (data === undefined) throw new Error('asked to train before anything was prepared');
  const read = readRecipe(recipe);
  const short = shorten(data, Math.ceil((steps + warmUp) / 2) * read.batchSize, evaluated);
  const begun = now();
  const timing = await timeTraining(network, read, short, ({ wall }) => wall);
  const memory = process.resourceUsage().maxRSS * 1024;
  return { kind: 'trained', timing, spent: between(begun, now()), memory } satisfies BenchReading;
}
