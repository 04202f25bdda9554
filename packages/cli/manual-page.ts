/** The manual page of netspace in roff, and the same commands as Markdown for the docs: both made of the tree of commands. */
import { netspaceVersion } from '@netspace/train/netspace-version';
import type { CommandEntry } from './command-tree.ts';

const exitWords = [
  ['0', 'all went well'],
  ['1', 'an error, told in a sentence'],
  ['2', 'the words of the command line cannot be understood'],
  ['3', 'finished with failed trials'],
  ['130', 'interrupted; the same command goes on'],
] as const;

/** For `man -l`, in the macros of man(7). */
export function manualPage(commands: readonly CommandEntry[]): string {
  const [top, ...others] = commands;
  const sections = others.filter(({ children }) => children.length === 0).map(roffCommand);
  return `.TH NETSPACE 1 "" "netspace ${netspaceVersion}" "User Commands"
.SH NAME
netspace \\- explore design spaces of convolutional networks
.SH SYNOPSIS
.B netspace
.I command
.RI [ options ]
.SH DESCRIPTION
${roff(top?.description ?? '')}
.PP
Data go to standard output, all else to standard error.
.SH COMMANDS
${sections.join('')}.SH EXIT STATUS
${exitWords.map(([code, words]) => `.TP\n.B ${code}\n${roff(words)}\n`).join('')}.SH ENVIRONMENT
.TP
.B NETSPACE_STORE
the store, where \\-\\-store does not name one
.TP
.B NETSPACE_DATA
a folder with data sets
.TP
.B NETSPACE_KERNELS
none trains with TensorFlow\\'s operations alone, without those of netspace
.TP
.B XDG_CACHE_HOME
where the native library and data sets are kept, ~/.cache when it is not set
`;
}

function roffCommand({ path, usage, description, options, examples }: CommandEntry): string {
  const list = options
    .map(({ flags, description: text }) => `.TP\n.B ${roff(flags)}\n${roff(text)}\n`)
    .join('');
  const lines = examples.map((each) => `${roff(each)}\n`).join('');
  return `.SS ${roff(`netspace ${path} ${usage}`.trim())}
${roff(description)}
${list}${lines === '' ? '' : `.PP\n.nf\n${lines}.fi\n`}`;
}

/** Hyphens are told from minus signs, and no line begins with a command. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll(/^([.'])/gm, '\\&$1');
}

/** docs/reference.md. */
export function referencePage(commands: readonly CommandEntry[], plan: string): string {
  const leaves = commands.filter(({ path, children }) => path !== '' && children.length === 0);
  const codes = exitWords.map(([code, words]) => `| ${code} | ${words} |\n`).join('');
  return `# Reference

Made by \`netspace manual --markdown\` from the commands and schemas themselves; do not edit it by hand.

Data go to standard output and all else to standard error. Exit codes:

| code | meaning |
| --- | --- |
${codes}
## Commands

${leaves.map(markdownCommand).join('')}## Keys of a plan

${plan}`;
}

function markdownCommand({ path, usage, description, options, examples }: CommandEntry): string {
  const rows = options
    .map(({ flags, description: text }) => `| \`${flags.replaceAll('|', '\\|')}\` | ${cell(text)} |\n`)
    .join('');
  const table = rows === '' ? '' : `| option | meaning |\n| --- | --- |\n${rows}\n`;
  const shown = examples.length === 0 ? '' : `\`\`\`\n${examples.join('\n')}\n\`\`\`\n\n`;
  return `### netspace ${path}\n\n\`netspace ${`${path} ${usage}`.trim()}\`: ${cell(description)}\n\n${table}${shown}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');
}
