/** The expressions of filters in PostgreSQL's words. */
import { sql, type RawBuilder } from 'kysely';
import type { Expressions } from './engine.ts';

const casts = {
  number: sql`double precision`,
  text: sql`text`,
  // Any other type would be compared with other words.
  boolean: sql`boolean`,
} as const;
const kinds = { number: 'number', text: 'string', boolean: 'boolean' } as const;

/** The collation "C" has `lower` know the letters A to Z alone, whatever the database's locale. */
function lower(text: unknown): RawBuilder<string> {
  return sql`lower(${text}::text collate "C")`;
}

export const postgresExpressions: Expressions = {
  // Text is parsed for each value that is taken from it: once, which "offset 0" sees to, and as json, which builds nothing of the rest.
  json: (document, path, kind) => {
    const place = sql`${path.map(String)}::text[]`;
    const found = sql`(select (${document})::json #> ${place} as value offset 0) as found`;
    return sql`case when ${document} is not null then (select case when json_typeof(value) = ${sql.lit(kinds[kind])} then (value #>> '{}')::${casts[kind]} end from ${found}) end`;
  },
  written: (document, path) => sql`((${document})::json #> ${path.map(String)}::text[])::text`,
  bytes: (value) => sql`${value}::bytea`,
  elementOf: (numbers, index) => sql`(${`{${numbers.join(',')}}`}::integer[])[${index} + 1]`,
  holds: (text, part) => sql`strpos(${lower(text)}, ${lower(part)}) > 0`,
  byBytes: (text) => sql`(${text}) collate "C"`,
  hasElement: (list, text) =>
    sql`(${list} is not null and exists (select 1 from jsonb_array_elements_text((${list})::jsonb) as element where element = ${text}))`,
  someElementHolds: (list, part) =>
    sql`(${list} is not null and exists (select 1 from jsonb_array_elements_text((${list})::jsonb) as element where strpos(${lower(sql`element`)}, ${lower(part)}) > 0))`,
};
