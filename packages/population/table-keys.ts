/** The keys of recipe and generator that a population's trials have: a table needs all of them before its first row. */
import type { Trial } from './trial.ts';

export interface TableKey {
  readonly name: string;
  /** `mixed` where trials have values of several kinds. */
  readonly kind: 'number' | 'text' | 'boolean' | 'mixed';
}

export interface TableKeys {
  readonly recipe: readonly TableKey[];
  readonly generator: readonly TableKey[];
}

/** In the order in which they first come. */
export async function gatherKeys(trials: AsyncIterable<Trial>): Promise<TableKeys> {
  const found = { recipe: new Map<string, TableKey>(), generator: new Map<string, TableKey>() };
  for await (const trial of trials)
    for (const group of ['recipe', 'generator'] as const)
      for (const [name, value] of Object.entries(trial[group] ?? {})) add(found[group], name, value);
  return { recipe: [...found.recipe.values()], generator: [...found.generator.values()] };
}

function add(keys: Map<string, TableKey>, name: string, value: number | string | boolean): void {
  const kind = typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
  const known = keys.get(name);
  if (known === undefined) keys.set(name, { name, kind });
  else if (known.kind !== kind) keys.set(name, { name, kind: 'mixed' });
}
