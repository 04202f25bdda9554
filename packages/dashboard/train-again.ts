/** What to type to train the network of a trial once more. */
import { formatNetwork } from '@netspace/network/interchange';
import { readSweepPlan } from '@netspace/sweep/plan-hash';
import { readRecipe } from '@netspace/sweep/recipe-record';
import type { StoredTrial, Sweep } from '@netspace/store/store';

/**
 * Lines for a POSIX shell: the recipe into a file, the network into the command. Undefined where recipe or seed are not known, as of
 * imported trials. Names may hold anything, so every text is quoted, and what would move the cursor is left out.
 */
export function trainAgain(trial: StoredTrial, sweep: Sweep): string | undefined {
  const { recipe, seed, network } = trial;
  if (recipe === undefined || seed === undefined || Object.hasOwn(JSON.parse(sweep.plan) as object, 'import'))
    return undefined;
  const { data, threads } = readSweepPlan(sweep.plan);
  const { name: _name, ...unnamed } = network;
  const words = [
    `--data ${quote(data.name)}`,
    '--recipe recipe.json',
    `--seed ${seed}`,
    `--threads ${threads}`,
    `--validation-share ${data.validationShare}`,
  ];
  return [
    `printf '%s\\n' ${quote(JSON.stringify(readRecipe(recipe)))} > recipe.json`,
    `printf '%s\\n' ${quote(formatNetwork(unnamed))} | npx netspace train - ${words.join(' ')}`,
  ].join('\n');
}

/** Within single quotes a shell reads nothing but the next single quote. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').replaceAll("'", String.raw`'\''`)}'`;
}
