/** Commands that explain: words and error codes, completion for shells, the manual page. */
import { nearest } from '@netspace/network/suggestion';
import { planJsonSchema } from '@netspace/sweep/plan-json-schema';
import { type Command, Argument } from 'commander';
import { listCommands } from './command-tree.ts';
import { completionScript, shells, type Shell } from './completion-scripts.ts';
import { withKnownValues } from './completion-values.ts';
import { errorCodes } from './error-codes.ts';
import { UsageError } from './errors.ts';
import { glossary, glossaryPage, type Term } from './glossary.ts';
import { manualPage, referencePage } from './manual-page.ts';
import { printLine } from './output.ts';
import { planKeys } from './plan-keys.ts';

export function addHelpCommands(program: Command): void {
  program
    .command('explain <term>')
    .description('what a word of the field means, or what to do about the code of an error')
    .action((term: string) => printLine(explainTerm(term)));
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(shells))
    .description('a script that completes commands and options in a shell')
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, withKnownValues(listCommands(program))));
    });
  program
    .command('manual')
    .description('the manual page, for man')
    .option('--markdown', 'print the reference of the docs instead')
    .option('--glossary', 'print the glossary of the docs instead')
    .action(({ markdown, glossary: words }: { markdown?: true; glossary?: true }) => {
      if (words) return void process.stdout.write(glossaryPage());
      const commands = listCommands(program);
      process.stdout.write(
        markdown ? referencePage(commands, planKeys(planJsonSchema())) : manualPage(commands),
      );
    });
}

function explainTerm(asked: string): string {
  const same = (word: string): boolean => word.toLowerCase() === asked.toLowerCase();
  const found = glossary.find(({ term, also = [] }) => [term, ...also].some(same));
  const code = Object.keys(errorCodes).find(same);
  const texts = [found && describe(found), code !== undefined && `${code}: ${errorCodes[code] ?? ''}`];
  const known = texts.filter((text) => typeof text === 'string');
  if (known.length > 0) return known.join('\n');
  // "bottleneck" is a word of "bottleneck ratio".
  const near = glossary.filter(({ term }) => term.toLowerCase().split(/\W+/).includes(asked.toLowerCase()));
  if (near.length > 0) return near.map(describe).join('\n');
  const terms = glossary.flatMap(({ term, also = [] }) => [term, ...also]);
  const words = terms.flatMap((term) => term.split(/\W+/)).filter((word) => word.length > 4);
  const names = [...terms, ...Object.keys(errorCodes), ...words];
  const right = nearest(asked, names);
  const hint = right === undefined ? 'docs/glossary.md lists the words' : `did you mean "${right}"?`;
  throw new UsageError(`${asked} is no word of the glossary and no code of an error; ${hint}`);
}

function describe({ term, text, source }: Term): string {
  return `${term}: ${text}${source === undefined ? '' : ` (${source})`}`;
}
