/** Reads a population from the text of a file of any known kind, which its content tells. */
import { parseJson } from './json.ts';
import { readNdsRecords } from './nds.ts';
import { parseTrials } from './population.ts';
import { PopulationError } from './population-error.ts';
import { type PyclsOptions, readPyclsJobs } from './pycls.ts';
import type { Trial } from './trial.ts';
import { isObject, readEach, toTrial } from './trial-record.ts';
import { parseTrialsCsv } from './trials-csv.ts';

/**
 * The trials of a text: JSON (a trial, a list of trials, pycls' sweep.json, records of the NDS paper), a trial a line, or a table.
 * `source` is the file's name, for messages and for spaces that the text does not name.
 */
export function parsePopulation(text: string, source: string, options: PyclsOptions = {}): Trial[] {
  return readPopulation(text, source, options).trials;
}

export interface SourcePopulation {
  readonly format: 'jsonl' | 'json' | 'csv' | 'pycls' | 'nds';
  readonly trials: Trial[];
}

/** The same, with the form in which the text has them. */
export function readPopulation(text: string, source: string, options: PyclsOptions = {}): SourcePopulation {
  const content = text.replace(/^\uFEFF/, '');
  const [first = ''] = content.trimStart();
  if (first === '') throw new PopulationError(`${source}: is empty; trials were expected`);
  if (content.includes('\u0000') || content.startsWith('PAR1'))
    throw new PopulationError(`${source}: is not text; export it as .jsonl or .csv and read that`);
  if (first === '[') return readDocument(parseJson(content, source, 1), source, options);
  if (first !== '{') return { format: 'csv', trials: parseTrialsCsv(content, source, options) };
  const document = parseWhole(content, source);
  return document === undefined
    ? { format: 'jsonl', trials: parseTrials(content, source, options) }
    : readDocument(document, source, options);
}

/** The text as one JSON document, or undefined where it is none: then it is one of lines. */
function parseWhole(text: string, source: string): unknown {
  try {
    return parseJson(text, source);
  } catch {
    return undefined;
  }
}

function readDocument(document: unknown, source: string, options: PyclsOptions): SourcePopulation {
  const list = Array.isArray(document) ? document : [document];
  const [first] = list as unknown[];
  if (first === undefined) throw new PopulationError(`${source}: holds no trial`);
  if (isObject(first) && 'cfg' in first)
    return { format: 'pycls', trials: readPyclsJobs(list, source, options) };
  if (isObject(first) && ('net' in first || 'top' in first || 'mid' in first))
    return { format: 'nds', trials: readNdsRecords(document, source, options) };
  const trials = readEach<unknown>(
    list,
    (trial, i) => toTrial(trial, list.length > 1 ? `${source}: trial ${i + 1}` : source, options),
    options,
  );
  return { format: 'json', trials };
}
