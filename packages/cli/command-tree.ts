/** The commands as plain data: what completion, the manual page and the reference are made of, and what the docs are held against. */
import type { Command } from 'commander';
import { examplesOf } from './examples.ts';

interface OptionEntry {
  /** As it is written: "-n, --count <N>". */
  readonly flags: string;
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty where any value may stand. */
  readonly choices: readonly string[];
  /** Values that are known where others may stand as well. */
  readonly values?: readonly string[];
}

export interface CommandEntry {
  /** Words behind `netspace`: "space draw"; "" is netspace itself. */
  readonly path: string;
  readonly description: string;
  /** What follows the path: "[file]". */
  readonly usage: string;
  /** What is known of the values that follow the path, where others may stand as well. */
  readonly values?: readonly string[];
  readonly options: readonly OptionEntry[];
  /** Names of the commands below it. */
  readonly children: readonly string[];
  readonly examples: readonly string[];
}

/** Every command, each before those below it. */
export function listCommands(command: Command, path = ''): CommandEntry[] {
  const entry: CommandEntry = {
    path,
    description: command.description(),
    usage: command.registeredArguments
      .map((each) => {
        const name = `${each.name()}${each.variadic ? '...' : ''}`;
        return each.required ? `<${name}>` : `[${name}]`;
      })
      .join(' '),
    options: command.options.map((option) => ({
      flags: option.flags,
      long: option.long ?? option.flags,
      ...(option.short !== undefined && { short: option.short }),
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
    children: command.commands.map((child) => child.name()),
    examples: examplesOf(path),
  };
  const below = command.commands.flatMap((child) => listCommands(child, `${path} ${child.name()}`.trim()));
  return [entry, ...below];
}
