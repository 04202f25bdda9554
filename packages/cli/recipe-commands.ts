/** The commands about recipes: which there are, what one says in full, how to write one. */
import { suggest } from '@netspace/network/suggestion';
import { completeRecipe, namedRecipes, type Recipe } from '@netspace/train/recipe';
import { parseRecipe, recipeJsonSchema } from '@netspace/train/recipe-file';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import { UsageError } from './errors.ts';
import { readSource } from './input.ts';
import { printJson, printLine } from './output.ts';

export function addRecipeCommands(program: Command): void {
  const recipe = program.command('recipe').description('how networks are trained: list and show recipes');

  recipe
    .command('list')
    .description('the recipes that are known by name')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => {
      const names = Object.keys(namedRecipes);
      if (options.json) printJson(names);
      else names.forEach(printLine);
    });

  recipe
    .command('show <recipe>')
    .description('a recipe, by name or from a file, with all that it does not say')
    .option('--json', 'print JSON')
    .action((reference: string, options: { json?: true }) => {
      const complete = readRecipe(reference, 'recipe show');
      if (options.json) printJson(complete);
      else printLine(stringify(complete).trimEnd());
    });

  recipe
    .command('schema')
    .description('the JSON Schema of a recipe in a file')
    .action(() => printLine(JSON.stringify(recipeJsonSchema(), null, 2)));
}

/** The recipe of that name, or of that file; `asker` is the option or command that names it. */
export function readRecipe(reference: string, asker: string): Recipe {
  if (Object.hasOwn(namedRecipes, reference)) return completeRecipe({ extends: reference });
  if (!existsSync(reference))
    throw new UsageError(
      `${asker} ${reference}: there is no recipe or file of that name${suggest(reference, Object.keys(namedRecipes))}`,
    );
  const { text, source } = readSource(reference);
  return parseRecipe(text, source);
}
