/** Completion as people have it: each shell in a terminal, and the tabulator pressed. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'netspace-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const typist = fileURLToPath(new URL('typist.py', import.meta.url));

interface Shell {
  readonly name: string;
  readonly command: readonly string[];
  /** Typed first. */
  readonly begin: readonly string[];
  /** Presses that list what may follow. */
  readonly tab: string;
}

const shells: readonly Shell[] = [
  {
    name: 'bash',
    command: ['bash', '--norc', '-i'],
    begin: [`PS1='> '; source completion.bash\\n`],
    tab: '\\t\\t',
  },
  {
    name: 'zsh',
    command: ['zsh', '-f', '-i'],
    begin: [`PS1='> '; autoload -U compinit; compinit -D -u; source completion.zsh\\n`],
    tab: '\\t',
  },
  {
    name: 'fish',
    command: ['fish', '--no-config', '-i', '-C', 'source completion.fish'],
    begin: [],
    tab: '\\t',
  },
];

/** What is on the screen after the words and the tabulator. */
async function press({ command, begin, tab }: Shell, words: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'python3',
    [typist, ...command, '--', ...begin, `${words}${tab}`],
    { cwd: folder, env: { ...process.env, TERM: 'xterm', HOME: folder } },
  );
  return stripVTControlCharacters(stdout).replaceAll('\u0007', '');
}

describe.each(shells)('in $name', (shell) => {
  const isHere =
    spawnSync(shell.name, ['-c', 'true']).status === 0 && spawnSync('python3', ['-V']).status === 0;
  if (!isHere) {
    if (process.env['CI'] === 'true') throw new Error(`completion in ${shell.name} must be tried in CI`);
    console.warn(`skipped: completion in ${shell.name}, which is not installed`);
  }

  beforeAll(() => {
    for (const name of ['plan.yaml', 'plaque.txt']) writeFileSync(join(folder, name), '');
    const { stdout } = spawnSync(process.execPath, [script, 'completion', shell.name], { encoding: 'utf8' });
    writeFileSync(join(folder, `completion.${shell.name}`), stdout);
  });

  it.skipIf(!isHere).each([
    ['netspace re', ['recipe', 'refine', 'report', 'reports', 'retry'], 'commands'],
    ['netspace report --', ['--title', '--store', '--output', '--help'], 'options'],
    ['netspace space ', ['list', 'show', 'count', 'diff', 'draw'], 'commands below a command'],
    ['netspace sample regnet', ['regnetx', 'regnety'], 'spaces'],
    ['netspace train plan.yaml --recipe ', ['quick', 'short', 'paper-10-epochs'], 'recipes'],
    ['netspace find --data cifar', ['cifar-10'], 'data sets'],
    ['netspace export a --format ', ['csv', 'parquet'], 'values of an option'],
    ['netspace run pla', ['plan.yaml', 'plaque.txt'], 'files where a file may stand'],
    ['netspace report a -o pla', ['plan.yaml', 'plaque.txt'], 'files behind an option'],
  ])(
    '"%s" is followed by %s: %s',
    async (words, offered) => {
      const screen = await press(shell, words);
      for (const each of offered) expect(screen).toContain(each);
    },
    60_000,
  );

  it.skipIf(!isHere)(
    'what is begun and clear is written to its end',
    async () => {
      expect(await press({ ...shell, tab: '\\t' }, 'netspace quan')).toContain('quantize');
      expect(await press({ ...shell, tab: '\\t' }, 'netspace run plan')).toContain('plan.yaml');
    },
    60_000,
  );
});
