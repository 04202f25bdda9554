/**
 * The only look at the test images: each network of the finals is taken from its last checkpoint, written as a model, and the very graph
 * that is exported classifies them.
 */
import type { Network } from '@netspace/network/network';
import { readRecipe } from '@netspace/sweep/recipe-record';
import type { DataRequest } from '@netspace/sweep/work';
import type { StoredTrial } from '@netspace/store/store';
import type { Recipe } from '@netspace/train/recipe';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { callProcess } from './process-call.ts';
import { fileNames, nameOf, readText } from './search-folder.ts';

/** What came of one training of the finals. Errors are shares. */
export interface Examination {
  /** Place of the trial in the plan of the finals, from 0. */
  readonly index: number;
  readonly name: string;
  readonly seed: number;
  readonly validationError: number;
  readonly testError: number;
  /** Mean of the test errors of the classes: each class counts as much, however few images it has. */
  readonly balancedError: number;
  readonly classErrors: readonly (number | null)[];
  /** Test images that were taken for another class, by their place. */
  readonly wrong: readonly number[];
  readonly testImages: number;
  /** Its file in the folder; none where the training diverged. */
  readonly model?: string;
}

export interface ExaminationWork {
  readonly index: number;
  readonly network: Network;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly validationError: number;
  /** File of its last checkpoint; where it is missing, the same training is made again. */
  readonly checkpoint: string;
  /** Its checkpoint is that of a training that was cut short: it is examined as it is. */
  readonly isPartial?: true;
  readonly folder: string;
}

export interface ExaminationOrder {
  readonly data: DataRequest;
  readonly work: readonly ExaminationWork[];
}

export interface ExaminationTerms {
  readonly folder: string;
  readonly data: DataRequest;
  readonly threads: number;
  /** The file of a trial's last checkpoint. */
  readonly checkpointOf: (index: number) => string;
  /** Asked after each network, with how many are examined: true, and the rest is left out. */
  readonly enough?: (count: number) => boolean;
  readonly drain?: AbortSignal;
}

/** Examines what is not examined yet; undefined when `drain` was aborted first, and then what was done is kept. */
export async function examine(
  trials: readonly StoredTrial[],
  { folder, data, threads, checkpointOf, enough, drain }: ExaminationTerms,
): Promise<readonly Examination[] | undefined> {
  const known = readExaminations(folder);
  const seen = new Set(known.map(({ index }) => index));
  const work = trials
    .filter(({ index, status }) => !seen.has(index) && (status === 'completed' || status === 'diverged'))
    .map((trial) => workOf(trial, folder, checkpointOf(trial.index)));
  if (work.length === 0 || enough?.(known.length)) return known;
  let count = known.length;
  const ends = new AbortController();
  const isDone = await callProcess<ExaminationOrder, Examination>({
    entry: 'examination-process',
    order: { data, work },
    threads,
    onAnswer: (answer) => {
      appendFileSync(join(folder, fileNames.examinations), `${JSON.stringify(answer)}\n`);
      if (enough?.((count += 1))) ends.abort();
    },
    drain: drain ? AbortSignal.any([drain, ends.signal]) : ends.signal,
  });
  return isDone || ends.signal.aborted ? readExaminations(folder) : undefined;
}

function workOf(trial: StoredTrial, folder: string, checkpoint: string): ExaminationWork {
  const { index, network, recipe = {}, seed = 0, error = 1, stopped } = trial;
  return {
    index,
    network,
    recipe: readRecipe(recipe),
    seed,
    validationError: error,
    checkpoint,
    folder,
    ...(stopped && { isPartial: true }),
  };
}

/** In the order of the plan. A last line that a kill tore in the middle is left out, and its network examined again. */
function readExaminations(folder: string): Examination[] {
  const lines = (readText(folder, fileNames.examinations) ?? '').split('\n');
  const found = new Map<number, Examination>();
  for (const line of lines) {
    const examination = parseLine(line);
    if (examination) found.set(examination.index, examination);
  }
  return [...found.values()].toSorted((a, b) => a.index - b.index);
}

function parseLine(line: string): Examination | undefined {
  try {
    return JSON.parse(line) as Examination;
  } catch {
    return undefined;
  }
}

/** `models/candidate-3.seed-1234.safetensors`. */
export function modelFileOf(network: Network, seed: number): string {
  const name = nameOf(network)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-');
  return `${fileNames.models}/${name}.seed-${seed}.safetensors`;
}
