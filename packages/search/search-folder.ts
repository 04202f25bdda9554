/**
 * What a search keeps in its folder, beside its sweeps in the store: what was asked for and decided, plans, examinations, results.
 * Each file is whole or not there, and what is there is not made again.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Network } from '@netspace/network/network';
import type { CostedNetwork } from './candidates.ts';
import type { DataFacts } from './data-facts.ts';
import type { Settled } from './effort.ts';
import { SearchError, usualEffort, type SearchRequest } from './request.ts';

/** What is decided before the first training, and does not change afterwards. */
export interface SearchRecord extends Settled {
  readonly version: 1;
  readonly request: SearchRequest;
  readonly data: DataFacts;
  readonly candidates: readonly CostedNetwork[];
  /** Published networks of the same cost. */
  readonly rivals: readonly CostedNetwork[];
}

export const fileNames = {
  record: 'search.json',
  time: 'time.json',
  candidates: 'candidates.yaml',
  finals: 'finals.yaml',
  examinations: 'examinations.jsonl',
  finding: 'result.json',
  report: 'report.html',
  checkpoints: 'trained',
  models: 'models',
} as const;

/** The record of this very search; undefined where there is none. Another search in the folder is an error. */
export function findRecord(folder: string, request: SearchRequest): SearchRecord | undefined {
  const text = readText(folder, fileNames.record);
  if (text === undefined) return undefined;
  const written = JSON.parse(text) as SearchRecord;
  // One of before seeds were chosen does not name them.
  const record = { ...written, effort: { ...usualEffort, ...written.effort } };
  const differing = differences(record.request, request);
  if (differing.length === 0) return record;
  throw new SearchError(
    `${folder} holds a search that was asked for otherwise (${differing.join('; ')}); repeat its options to go on with it, or give this one a folder of its own with -o`,
  );
}

export function writeText(folder: string, name: string, text: string | Uint8Array): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

export function readText(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Candidates and rivals by their names. */
export function costsByName({ candidates, rivals }: SearchRecord): ReadonlyMap<string, CostedNetwork> {
  return new Map([...candidates, ...rivals].map((each) => [nameOf(each.network), each]));
}

export function nameOf({ name }: Network): string {
  return name ?? 'network';
}

/** `effort.epochs was 9`: keys that have another value, with that of the folder. */
function differences(before: object, now: object, path = ''): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].flatMap((key) => {
    const [then, given]: unknown[] = [Reflect.get(before, key), Reflect.get(now, key)];
    if (isObject(then) && isObject(given)) return differences(then, given, `${path}${key}.`);
    if (JSON.stringify(then) === JSON.stringify(given)) return [];
    return [`${path}${key} ${then === undefined ? 'was not given' : `was ${JSON.stringify(then)}`}`];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
