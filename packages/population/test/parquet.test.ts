import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseColumnMap } from '../column-map.ts';
import { readParquet } from '../parquet-read.ts';
import { writeParquet } from '../parquet-write.ts';
import { formatTrials } from '../population.ts';
import type { Trial } from '../trial.ts';
import { type ReadOptions } from '../trial-record.ts';
import { collect, csvOf, readTrials, stream } from './reading.ts';
import { trial } from './sample.ts';
import { anyTrials } from './trial-arbitrary.ts';

async function bytesOf(trials: readonly Trial[]): Promise<Uint8Array> {
  return Buffer.concat(await collect(writeParquet(() => stream(trials))));
}

async function read(bytes: Uint8Array, options: ReadOptions = {}): Promise<Trial[]> {
  const { buffer } = new Uint8Array(bytes);
  return collect(await readParquet(buffer, 'x.parquet', options));
}

describe('a population', () => {
  it('comes back from Parquet, CSV and lines as it was, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyTrials, async (trials) => {
        expect(await read(await bytesOf(trials))).toEqual(trials);
        expect(await readTrials(await csvOf(trials), 'x.csv')).toEqual(trials);
        expect(await readTrials(formatTrials(trials), 'x.jsonl')).toEqual(trials);
      }),
      { numRuns: 40, seed: 1 },
    );
  }, 60_000);

  it('of several groups of rows comes back in its order', async () => {
    const trials = Array.from({ length: 1500 }, (_, seed) => ({ ...trial, seed }));
    expect(await read(await bytesOf(trials))).toEqual(trials);
  }, 60_000);
});

describe('a Parquet file', () => {
  it('that is torn is refused in words', async () => {
    const bytes = await bytesOf([trial]);
    await expect(read(bytes.slice(0, -20))).rejects.toThrow('x.parquet: is not a whole Parquet file');
  });

  it('of pandas is read by a column map: lists, structs, whole numbers, zstd', async () => {
    const bytes = readFileSync(join(import.meta.dirname, 'pandas.parquet'));
    const columns = parseColumnMap('space=search_space,error=val_err%,flops=macs*1e6,recipe.learningRate=lr');
    const trials = await read(bytes, { columns });
    expect(trials).toMatchObject([
      {
        space: 'A',
        error: 0.125,
        flops: 3_500_000,
        recipe: { learningRate: 0.1 },
        network: {
          stages: [
            { depth: 1, width: 24 },
            { depth: 2, width: 56 },
          ],
        },
        curve: [
          { epoch: 1, validationError: 0.5 },
          { epoch: 2, validationError: 0.125 },
        ],
        provenance: { gpu: 'V100' },
      },
      { space: 'A', status: 'diverged', error: 1 },
    ]);
    expect(trials[1]?.curve).toBeUndefined();
  });

  it('whose row is wrong is refused with its number', async () => {
    const bytes = readFileSync(join(import.meta.dirname, 'pandas.parquet'));
    const columns = parseColumnMap('space=search_space,error=val_err');
    await expect(read(bytes, { columns })).rejects.toThrow('x.parquet: row 1: "error" is 12.5');
  });
});
