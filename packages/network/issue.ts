/** A schema's complaint in words: what is wrong, what is allowed, and the nearest right word. */
import type { z } from 'zod';
import { suggest } from './suggestion.ts';

export type Path = readonly PropertyKey[];

export interface IssueDescription {
  readonly message: string;
  /** From the whole value to the one that is wrong. */
  readonly path: Path;
  /** The key of `path`'s object that is wrong, where it is a key. */
  readonly key?: string;
}

/** The first complaint, an unknown key before all else: the key that is missing is often the one that is misspelt. */
export function describeIssue(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  keysOf: (path: Path) => string[],
): IssueDescription {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return { message: 'not a network', path: [] };
  const { path } = issue;
  const place = describePath(path);
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const within = place === '' ? '' : ` in ${place}`;
    return { message: `unknown key ${key}${within}${suggest(key, keysOf(path))}`, path, key };
  }
  const found = valueAt(value, path);
  if (path.length === 0)
    return { message: `a network is an object with stages, not ${written(found)}`, path };
  if (found === undefined) return { message: `${place} is missing`, path: path.slice(0, -1) };
  return { message: `${place} is ${written(found)}; ${allowed(issue, found)}`, path };
}

/** `stages[0].width` of a path is "stage 1: width" in words. */
function describePath(path: Path): string {
  const [first, index, ...rest] = path;
  if (first !== 'stages' || typeof index !== 'number') return path.map(String).join('.');
  return `stage ${index + 1}${rest.length === 0 ? '' : `: ${rest.map(String).join('.')}`}`;
}

function allowed(issue: z.core.$ZodIssue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      const words = issue.values.map(String);
      const list = words.join(', ');
      const near = typeof found === 'string' ? suggest(found, words) : '';
      return `it must be one of ${list}${near.startsWith('; did') ? near : ''}`;
    }
    case 'too_small':
      return `it must ${limit(issue.origin, `at least ${issue.minimum}`)}`;
    case 'too_big':
      return `it must ${limit(issue.origin, `at most ${issue.maximum}`)}`;
    default:
      return issue.message;
  }
}

function limit(origin: string, amount: string): string {
  if (origin === 'array') return `have ${amount} ${amount.endsWith(' 1') ? 'entry' : 'entries'}`;
  return origin === 'string' ? `have ${amount} characters` : `be ${amount}`;
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  array: 'a list',
  object: 'an object',
};

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

/** A value as it may have been written, cut where it is long. */
function written(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
