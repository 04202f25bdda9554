/** What one space adds to another: rules, dimensions and fixed parts that differ. */
import { formatSpace, type Space } from './space.ts';

export interface Change {
  /** `rules`, `dimensions.width`, `stem`, … */
  readonly part: string;
  /** As declared in the first and the second space; absent where that space has no such part. */
  readonly before?: unknown;
  readonly after?: unknown;
}

const parts = ['generator', 'stages', 'stem', 'strides', 'block', 'seRatio', 'head', 'activation'] as const;

/** The changes from `before` to `after`, empty for spaces that differ in name and sentence only. */
export function compareSpaces(before: Space, after: Space): readonly Change[] {
  const [a, b] = [formatSpace(before), formatSpace(after)];
  const [ruleA, ruleB] = [namesOf(before), namesOf(after)];
  const names = [...new Set([...Object.keys(a.dimensions ?? {}), ...Object.keys(b.dimensions ?? {})])];
  return [
    ...parts.flatMap((part) => change(part, a[part], b[part])),
    ...names.flatMap((name) => change(`dimensions.${name}`, at(a.dimensions, name), at(b.dimensions, name))),
    ...ruleA.filter((name) => !ruleB.includes(name)).map((name) => ({ part: 'rules', before: name })),
    ...ruleB.filter((name) => !ruleA.includes(name)).map((name) => ({ part: 'rules', after: name })),
  ];
}

function namesOf({ rules }: Space): readonly string[] {
  return rules.map(({ name, limit }) => (limit === undefined ? name : `${name} ${limit}`));
}

function at(record: object | undefined, key: string): unknown {
  return record === undefined ? undefined : Reflect.get(record, key);
}

function change(part: string, before: unknown, after: unknown): Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ part, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}
