/** The keys of a JSON Schema as a table of Markdown: where each stands, and what it may be. */

type Schema = Readonly<Record<string, unknown>>;

export function planKeys(schema: Schema): string {
  const rows = keysOf(schema, '').map(({ path, what }) => `| \`${path}\` | ${what} |\n`);
  return `| key | what it may be |\n| --- | --- |\n${rows.join('')}`;
}

interface Key {
  readonly path: string;
  readonly what: string;
}

/** Of alternatives the keys of all; a list's items stand behind []. */
function keysOf(schema: Schema, prefix: string): Key[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const own = properties.flatMap(([name, inner]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const what = { path, what: describe(inner) };
    // How a key is drawn is told once, above the table of recipes, and not at each of them.
    return prefix === 'recipe' ? [what] : [what, ...keysOf(inner, path)];
  });
  const alternatives = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].flatMap((each) =>
    keysOf(each, prefix),
  );
  const items = schema['items'] === undefined ? [] : keysOf(schema['items'] as Schema, `${prefix}[]`);
  const all = [...own, ...alternatives, ...items];
  return all.filter(({ path }, i) => all.findIndex((other) => other.path === path) === i);
}

function describe(schema: Schema): string {
  const alternatives = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])];
  if (alternatives.length > 0) return [...new Set(alternatives.map(describe))].join(', or ');
  if (schema['enum'] !== undefined) return (schema['enum'] as readonly unknown[]).map(String).join(', ');
  if (schema['const'] !== undefined) return String(schema['const']);
  if (schema['type'] === 'array') return `a list: ${describe((schema['items'] ?? {}) as Schema)}`;
  if (schema['type'] === 'object') {
    const names = Object.keys((schema['properties'] ?? {}) as object);
    return names.length === 0 ? 'a mapping' : `{ ${names.join(', ')} }`;
  }
  const type = [schema['type']]
    .flat()
    .join(' or ')
    .replace('integer', 'whole number')
    .replace('string', 'text');
  return `${type}${rangeOf(schema)}${schema['default'] === undefined ? '' : `; ${JSON.stringify(schema['default'])} when left out`}`;
}

/** Ends that only say how far whole numbers reach are left out. */
function rangeOf(schema: Schema): string {
  const end = (key: string, word: string): string[] => {
    const value = schema[key];
    return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? [`${word} ${value}`] : [];
  };
  const ends = [
    ...end('minimum', 'at least'),
    ...end('exclusiveMinimum', 'above'),
    ...end('maximum', 'at most'),
    ...end('exclusiveMaximum', 'below'),
  ];
  return ends.length === 0 ? '' : `, ${ends.join(', ')}`;
}

function listOf(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? (value as readonly Schema[]) : [];
}
