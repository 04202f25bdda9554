/** A mistyped name of an option that its command needs is told as mistyped; commander would say that the option is missing. */
import { nearest } from '@netspace/network/suggestion';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';

/** Before a command runs of which the words lack a needed option. */
export function watchMistypedOptions(program: Command, words: readonly string[]): void {
  const groups = [program, ...program.commands.filter(({ commands }) => commands.length > 0)];
  for (const group of groups) group.hook('preSubcommand', (_group, command) => demandKnown(command, words));
}

function demandKnown({ commands, options }: Command, words: readonly string[]): void {
  const end = words.indexOf('--');
  const given = words.slice(0, end < 0 ? undefined : end).map((word) => word.split('=')[0] ?? '');
  const missing = options.filter(
    ({ mandatory, long, short }) => mandatory && ![long, short].some((flag) => flag && given.includes(flag)),
  );
  if (commands.length > 0 || missing.length === 0) return;
  const flags = missing.flatMap(({ long }) => (long === undefined ? [] : [long]));
  for (const word of given.filter((each) => each.startsWith('--') && !isKnown(each))) {
    const right = nearest(word, flags);
    if (right !== undefined) throw new UsageError(`unknown option '${word}': did you mean ${right}?`);
  }

  function isKnown(word: string): boolean {
    return options.some(({ long }) => long === word);
  }
}
