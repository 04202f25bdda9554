/** Texts read as files are: bytes that come in pieces of any size. */
import { readPopulation } from '../source.ts';
import type { Trial } from '../trial.ts';
import type { ReadOptions } from '../trial-record.ts';
import { writeCsv } from '../trials-csv.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let begin = 0; begin < bytes.length; begin += size) yield bytes.subarray(begin, begin + size);
}

export async function readTrials(
  text: string | Uint8Array,
  source: string,
  options: ReadOptions = {},
  size = 1 << 16,
): Promise<Trial[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return collect((await readPopulation(inPieces(bytes, size), source, options)).trials);
}

export async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of all) list.push(each);
  return list;
}

export async function* stream<T>(all: Iterable<T>): AsyncGenerator<T> {
  yield* all;
}

export async function csvOf(trials: readonly Trial[]): Promise<string> {
  return (await collect(writeCsv(() => stream(trials)))).join('');
}
