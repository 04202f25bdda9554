/** SOURCE, as the commands about populations take it: where trials come from, and what is known of them. */
import type { InputShape } from '@netspace/network/network';
import type { Trial } from '@netspace/population/trial';
import { readSweepPlan } from '@netspace/sweep/plan-hash';
import { StoreError } from '@netspace/store/store-error';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from './errors.ts';
import { checksumOf } from './file-checksum.ts';
import { readOrigin } from './import-origin.ts';
import {
  openPopulation,
  type PopulationPath,
  type PopulationOptions,
  readingOf,
  watchBroken,
  withPopulationPath,
} from './population-file.ts';
import { openKnownStore, type StoreOptions } from './store-file.ts';

/** A population and what is known of where it came from. */
export interface Source {
  readonly name: string;
  readonly trials: readonly Trial[];
  readonly input?: InputShape;
  readonly subtitle?: string;
  readonly provenance: Readonly<Record<string, string>>;
  /** Of a sweep: by the name that trials carry, the space that they were sampled from, as its plan has it. */
  readonly spaces?: Readonly<Record<string, unknown>>;
}

/** SOURCE#SPACE in its parts; a file whose name holds a # is meant as it stands. */
export function partsOf(reference: string): { readonly source: string; readonly space?: string } {
  const mark = reference.lastIndexOf('#');
  if (mark <= 0 || existsSync(reference)) return { source: reference };
  return { source: reference.slice(0, mark), space: reference.slice(mark + 1) };
}

/** Without its folder: reports are passed on. */
async function fileProvenance({ path, name }: PopulationPath): Promise<Record<string, string>> {
  const { bytes, sha256 } = await checksumOf(path);
  return { population: basename(name), size: `${bytes} bytes`, 'SHA-256': sha256 };
}

/** Of each source in turn, numbered where there are several. */
export function joinProvenance(sources: readonly Source[]): Record<string, string> {
  const entries = sources.flatMap(({ provenance }, i) =>
    Object.entries(provenance).map(([key, value]) => [
      sources.length === 1 ? key : `${i + 1}: ${key}`,
      value,
    ]),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/** SOURCE: a file of trials, or a sweep in the store. */
export async function readPopulation(
  reference: string,
  options: StoreOptions & PopulationOptions,
): Promise<Source> {
  if (reference === '-' || existsSync(reference)) {
    if (/\.ya?ml$/.test(reference))
      throw new UsageError(
        `${reference}: trials were expected, and this looks like a plan; train it with netspace run ${reference}, then give its name`,
      );
    return withPopulationPath(reference, async (file) => {
      const broken = watchBroken(file.name);
      const { trials: stream } = await openPopulation(file, {
        ...readingOf(options),
        onBroken: broken.onBroken,
      });
      const trials: Trial[] = [];
      for await (const trial of stream) trials.push(trial);
      broken.check(trials.length, options.skipBad === true);
      return { name: file.name, trials, provenance: await fileProvenance(file) };
    });
  }
  for (const option of ['map', 'space', 'errorKey'] as const)
    if (options[option] !== undefined)
      throw new UsageError(
        `${reference}: there is no such file, and --${option === 'errorKey' ? 'error-key' : option} is about the reading of files`,
      );
  const store = await openKnownStore(
    options,
    `nor a file ${reference}, so no sweep of that name can be looked up`,
  );
  try {
    const sweep = await store.findSweep(reference).catch((error: unknown) => {
      if (error instanceof StoreError && error.code === 'sweep-unknown')
        throw new StoreError(error.code, `${error.message}; nor is there a file ${reference}`, error);
      throw error;
    });
    const trials: Trial[] = [];
    for await (const trial of store.population(sweep.id)) trials.push(trial);
    const origin = readOrigin(sweep.plan);
    if (origin !== undefined)
      return {
        name: sweep.name,
        trials,
        input: origin.input,
        provenance: { population: origin.file, 'SHA-256': origin.sha256 },
      };
    const { data, recipe, recipeDimensions, threads, spaces } = readSweepPlan(sweep.plan);
    const epochs = recipeDimensions?.['epochs'] ? 'drawn numbers of' : recipe.epochs;
    // Loaded late: files of trials do without. A sweep can be looked at where its images are not.
    const { describeDataset } = await import('@netspace/data/load');
    const dataset = await describeDataset(data.name).catch(() => undefined);
    return {
      name: sweep.name,
      trials,
      spaces: Object.fromEntries(spaces.map(({ name, space }) => [name, space])),
      ...(dataset && {
        input: {
          resolution: dataset.resolution,
          channels: dataset.channels,
          classes: dataset.classes.length,
        },
      }),
      subtitle: `${data.name}, ${epochs} epochs, ${trials.length} networks`,
      provenance: {
        sweep: `${sweep.name} (#${sweep.id})`,
        'plan hash': sweep.planHash,
        'data set': data.name,
        'threads a worker': String(threads),
      },
    };
  } finally {
    await store.close();
  }
}
