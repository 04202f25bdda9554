/** Reads a population from the bytes of a file of any known kind, which its content tells, a trial at a time. */
import { parseRows } from './csv.ts';
import { parseJson } from './json.ts';
import { splitElements } from './json-list.ts';
import { listNdsRecords, readNdsRecord } from './nds.ts';
import { PopulationError } from './population-error.ts';
import { readPyclsJob } from './pycls.ts';
import { joinRows, type Piece, readText, splitLines } from './text-stream.ts';
import type { Trial } from './trial.ts';
import { attempt, isObject, type ReadOptions, toTrial } from './trial-record.ts';
import { readCsvHeader, readCsvTrial } from './trials-csv.ts';

export interface SourcePopulation {
  readonly format: 'jsonl' | 'json' | 'csv' | 'pycls' | 'nds' | 'parquet';
  /** To be read once; wrong ones are thrown, or given to `onBroken`. */
  readonly trials: AsyncIterable<Trial>;
}

/**
 * The trials of a text: JSON (a trial, a list of trials, pycls' sweep.json, records of the NDS paper), a trial a line, or a table.
 * `source` is the file's name, for messages (`FILE:LINE: what is wrong`) and for spaces that the text does not name.
 */
export async function readPopulation(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
  options: ReadOptions = {},
): Promise<SourcePopulation> {
  const { first, texts } = await lookAhead(readText(bytes, source));
  if (first === '') throw new PopulationError(`${source}: is empty; trials were expected`);
  if (first !== '[' && first !== '{') {
    checkOptions('json', source, options);
    return readTable(texts, source, options);
  }
  if (options.columns !== undefined)
    throw new PopulationError(`${source}: has no columns; --map is for CSV and Parquet`);
  return first === '[' ? readList(texts, source, options) : readObjects(texts, source, options);
}

/** The first character that is no white space, and the texts from the first one on. */
async function lookAhead(
  stream: AsyncGenerator<string>,
): Promise<{ readonly first: string; readonly texts: AsyncGenerator<string> }> {
  const read: string[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return { first: '', texts: chain(read, stream) };
    read.push(value);
    const [first] = value.trimStart();
    if (first !== undefined) return { first, texts: chain(read, stream) };
  }
}

async function* chain<T>(before: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* before;
  yield* rest;
}

async function readTable(
  texts: AsyncIterable<string>,
  source: string,
  options: ReadOptions,
): Promise<SourcePopulation> {
  const rows = readRows(joinRows(splitLines(texts, source), source), source);
  const { value: header } = await rows.next();
  const { value: second } = await rows.next();
  if (header === undefined || second === undefined)
    throw new PopulationError(
      `${source}: holds no trial; a line of column names and a line a trial are needed`,
    );
  const columns = readCsvHeader(header, source, options);
  const names = header.cells.length;
  return {
    format: 'csv',
    trials: readEach(
      chain([second], rows),
      (row) => readCsvTrial(row, columns, names, source, options),
      options,
    ),
  };
}

async function* readRows(pieces: AsyncIterable<Piece>, source: string) {
  for await (const { line, text } of pieces) yield* parseRows(text, source, line);
}

async function readList(
  texts: AsyncIterable<string>,
  source: string,
  options: ReadOptions,
): Promise<SourcePopulation> {
  const elements = splitElements(texts, source);
  const { value: first, done } = await elements.next();
  if (done === true) throw new PopulationError(`${source}: holds no trial`);
  const kind = kindOf(parseJson(first.text, source, first.line));
  let number = 0;
  const read = ({ text, line }: Piece): Trial => {
    number++;
    return readers[kind](
      parseJson(text, source, line),
      `${source}: ${nouns[kind]} ${number}`,
      source,
      options,
    );
  };
  checkOptions(kind, source, options);
  return { format: kind, trials: readEach(chain([first], elements), read, options) };
}

/** A trial a line, or one document: a trial, a job, or records in lists by name. */
async function readObjects(
  texts: AsyncIterable<string>,
  source: string,
  options: ReadOptions,
): Promise<SourcePopulation> {
  const lines = withoutEmpty(splitLines(texts, source));
  const { value: first } = await lines.next();
  const { value: second, done } = await lines.next();
  const begin = [first, second].filter((piece): piece is Piece => piece !== undefined);
  // Behind the first line of a document over several lines comes no second object.
  if (done !== true && second.text.trimStart().startsWith('{'))
    return readJsonLines(chain(begin, lines), source, checkOptions('json', source, options));
  const read: Piece[] = [...begin];
  for await (const piece of lines) read.push(piece);
  const document = parseWhole(read.map(({ text }) => text).join('\n'), source);
  const kind = kindOf(document);
  checkOptions(kind, source, options);
  if (document === undefined || (kind === 'json' && read.length === 1))
    return readJsonLines(chain(read, noPieces()), source, options);
  const records =
    kind === 'nds' && isObject(document) && !('net' in document) ? listNdsRecords(document) : [document];
  if (records.length === 0) throw new PopulationError(`${source}: holds no record of a network`);
  let number = 0;
  const one = (record: unknown): Trial => {
    const where = records.length > 1 ? `${source}: ${nouns[kind]} ${++number}` : source;
    return readers[kind](record, where, source, options);
  };
  return { format: kind, trials: readEach(chain(records, noPieces()), one, options) };
}

async function* withoutEmpty(lines: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  for await (const piece of lines) if (piece.text.trim() !== '') yield piece;
}

async function* noPieces(): AsyncGenerator<never> {}

function readJsonLines(lines: AsyncIterable<Piece>, source: string, options: ReadOptions): SourcePopulation {
  const read = ({ line, text }: Piece) =>
    toTrial(parseJson(text, source, line), `${source}:${line}`, options);
  return { format: 'jsonl', trials: readEach(lines, read, options) };
}

/** The text as one JSON document, or undefined where it is none: then it is one of lines. */
function parseWhole(text: string, source: string): unknown {
  try {
    return parseJson(text, source);
  } catch {
    return undefined;
  }
}

export async function* readEach<T>(
  records: AsyncIterable<T>,
  read: (record: T) => Trial,
  options: ReadOptions,
): AsyncGenerator<Trial> {
  for await (const record of records) {
    const trial = attempt(() => read(record), options);
    if (trial !== undefined) yield trial;
  }
}

type Kind = 'json' | 'pycls' | 'nds';

const nouns: Readonly<Record<Kind, string>> = { json: 'trial', pycls: 'job', nds: 'record' };
const readers: Readonly<
  Record<Kind, (record: unknown, where: string, source: string, options: ReadOptions) => Trial>
> = {
  json: (record, where, _source, options) => toTrial(record, where, options),
  pycls: readPyclsJob,
  nds: readNdsRecord,
};

function kindOf(record: unknown): Kind {
  if (!isObject(record)) return 'json';
  if ('cfg' in record) return 'pycls';
  return 'net' in record || 'top' in record || 'mid' in record ? 'nds' : 'json';
}

function checkOptions(kind: Kind, source: string, options: ReadOptions): ReadOptions {
  if (kind === 'json' && options.errorKey !== undefined)
    throw new PopulationError(
      `${source}: has one error a trial; --error-key is for pycls' sweep.json and NDS records`,
    );
  return options;
}
