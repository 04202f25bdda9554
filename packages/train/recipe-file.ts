/** Recipes as people write them: YAML or JSON, with mistakes named by their line, and the JSON Schema that editors use. */
import { suggest } from '@netspace/network/suggestion';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { augmentationWords, completeRecipe, RecipeError, recipeSchema, type Recipe } from './recipe.ts';

/** Reads a recipe in YAML or JSON; a mistake is named with the source, the line, and the nearest right key. */
export function parseRecipe(text: string, source: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined)
    throw new RecipeError(
      `${source}, line ${lines.linePos(mistake.pos[0]).line}: ${mistake.message.split('\n', 1)[0]}`,
    );
  const parsed = recipeSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return completeRecipe(parsed.data);
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const key = String(issue?.path[0] ?? unknown ?? '');
  const place = `${source}${lineOf(document, lines, key)}`;
  if (unknown === undefined)
    throw new RecipeError(`${place}: ${key || 'a recipe'}: ${issue?.message ?? 'not a recipe'}`);
  if (key !== unknown)
    throw new RecipeError(`${place}: ${key}: unknown key ${unknown}; it ${augmentationWords}`);
  throw new RecipeError(`${place}: unknown key ${key}${suggest(key, Object.keys(recipeSchema.shape))}`);
}

/** `, line 3`: where a key of the top level stands. */
function lineOf(document: Document.Parsed, lines: LineCounter, key: string): string {
  if (!isMap(document.contents)) return '';
  const pair = document.contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  return start === undefined ? '' : `, line ${lines.linePos(start).line}`;
}

/** What a file may hold: every key is optional, since `extends` fills the gaps. */
export function recipeJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(recipeSchema, { io: 'input' });
}
