/** The expressions of filters in SQLite's words. */
import { sql } from 'kysely';
import { endianness } from 'node:os';
import type { Expressions } from './engine.ts';

const kinds = {
  number: sql`('integer', 'real')`,
  text: sql`('text')`,
  boolean: sql`('true', 'false')`,
} as const;

function placeOf(path: readonly (string | number)[]): string {
  return `$${path.map((key) => (typeof key === 'number' ? `[${key}]` : `."${key}"`)).join('')}`;
}

/** `lower` knows the letters A to Z alone. */
export const sqliteExpressions: Expressions = {
  json: (document, path, kind) => {
    const place = placeOf(path);
    return sql`case when json_type(${document}, ${place}) in ${kinds[kind]} then json_extract(${document}, ${place}) end`;
  },
  written: (document, path) => sql`${document} -> ${placeOf(path)}`,
  bytes: (value) => sql`${value}`,
  elementOf: (numbers, index) => {
    // The greatest byte first: so they sort as the numbers do.
    const bytes = Buffer.from(numbers.slice().buffer);
    const ordered = endianness() === 'LE' ? bytes.swap32() : bytes;
    return sql`substr(${ordered}, 4 * ${index} + 1, 4)`;
  },
  holds: (text, part) => sql`instr(lower(${text}), lower(${part})) > 0`,
  byBytes: (text) => sql`${text} collate binary`,
  hasElement: (list, text) =>
    sql`exists (select 1 from json_each(${list}) as element where element.value = ${text})`,
  someElementHolds: (list, part) =>
    sql`exists (select 1 from json_each(${list}) as element where instr(lower(element.value), lower(${part})) > 0)`,
};
