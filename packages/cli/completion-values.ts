/** Values that commands know by name, for completion: spaces, recipes, data sets, published networks, words of the glossary. */
import { catalog } from '@netspace/data/catalog';
import { zoo } from '@netspace/network/zoo';
import { builtinSpaces } from '@netspace/space/builtin';
import { namedRecipes } from '@netspace/train/recipe';
import type { CommandEntry } from './command-tree.ts';
import { errorCodes } from './error-codes.ts';
import { glossary } from './glossary.ts';
import { shells } from './completion-scripts.ts';

/** The tree of commands with the values that are known; files and names of one's own may stand there as well. */
export function withKnownValues(commands: readonly CommandEntry[]): CommandEntry[] {
  const spaces = builtinSpaces().map(({ name }) => name);
  const recipes = Object.keys(namedRecipes);
  const data = catalog.map(({ name }) => name);
  const models = zoo.map(({ name }) => name);
  const words = [...glossary.map(({ term }) => term), ...Object.keys(errorCodes)];
  const ofArguments: Readonly<Record<string, readonly string[]>> = {
    '<space>': spaces,
    '<spaces...>': spaces,
    '<before> <after>': spaces,
    '<space> [file]': spaces,
    '<recipe>': recipes,
    'zoo [name]': models,
    'data info <name>': data,
    'data fetch <name>': data,
    '<network|plan>': models,
    '<term>': words.filter((word) => /^[\w-]+$/.test(word)),
    '<shell>': shells,
  };
  const ofOptions: Readonly<Record<string, readonly string[]>> = {
    '--data': data,
    '--recipe': recipes,
    'find --space': spaces,
    'refine --from': spaces,
  };
  return commands.map((entry) => ({
    ...entry,
    values: ofArguments[`${entry.path} ${entry.usage}`] ?? ofArguments[entry.usage] ?? [],
    options: entry.options.map((option) => ({
      ...option,
      values: ofOptions[`${entry.path} ${option.long}`] ?? ofOptions[option.long] ?? [],
    })),
  }));
}
