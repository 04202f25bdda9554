/** The populations of the study: which there are, which of them are there, and how they are kept, a gzipped file of trials each. */
import { measureTrials, type Measurement } from '@netspace/analysis/measurement';
import { formatTrials, groupBySpace } from '@netspace/population/population';
import { readPopulation } from '@netspace/population/source';
import type { Trial } from '@netspace/population/trial';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';

/** By the space's name. */
export type Populations = ReadonlyMap<string, readonly Measurement[]>;

const ending = '.jsonl.gz';

/** Complexity is kept with each trial; where one lacks it, it is counted for the study's images. */
const input = { resolution: 28, channels: 1, classes: 10 };

const more = '-more';

/** A later plan may add networks to a population: their space has a name of its own, "RegNetX-more", since it is drawn from a stream of its own. */
export function populationOf(space: string): string {
  return space.endsWith(more) ? space.slice(0, -more.length) : space;
}

/** All populations in a folder; none where there is no folder. */
export async function readPopulations(folder: string): Promise<Populations> {
  const populations = new Map<string, Measurement[]>();
  if (!existsSync(folder)) return populations;
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  for (const name of files.map((file) => file.slice(0, -ending.length)).toSorted()) {
    const trials = await readTrials(populationFile(folder, name));
    for (const each of measureTrials(trials, input).measured) {
      const space = populationOf(each.space);
      const members = populations.get(space) ?? [];
      if (members.push({ ...each, space }) === 1) populations.set(space, members);
    }
  }
  return populations;
}

export async function readTrials(file: string): Promise<Trial[]> {
  const packed = readFileSync(file);
  const bytes = file.endsWith('.gz') ? gunzipSync(packed) : packed;
  const { trials } = await readPopulation(Readable.from([bytes]), file, { input });
  const read: Trial[] = [];
  for await (const trial of trials) read.push(trial);
  return read;
}

/** Writes each space's trials into a file of its own; the same trials give the same bytes. */
export function keepPopulations(trials: readonly Trial[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, trials: members } of groupBySpace(trials))
    keepTrials(members, populationFile(folder, name));
}

export function populationFile(folder: string, space: string): string {
  return join(folder, `${space}${ending}`);
}

export function keepTrials(trials: readonly Trial[], file: string): void {
  writeFileSync(file, gzipSync(formatTrials(trials), { level: 9 }));
}
