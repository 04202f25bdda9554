/** The docs as a reader uses them: links lead somewhere, commands exist, and the output shown is the real one. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCommands } from '../packages/cli/command-tree.ts';
import { buildProgram } from '../packages/cli/program.ts';
import { pages, root, shown, textOf } from './shown-commands.ts';

const script = join(root, 'packages', 'cli', 'bin', 'netspace.mjs');
const commands = listCommands(await buildProgram(() => {}));

function netspace(words: readonly string[]) {
  return spawnSync(process.execPath, [script, ...words], { cwd: root, encoding: 'utf8' });
}

describe('a page', () => {
  it.each(pages)('has links that lead somewhere: %s', (page) => {
    for (const [, target = ''] of textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g))
      expect(existsSync(join(root, dirname(page), target)), `${page}: ${target}`).toBe(true);
  });

  it.each([
    ['docs/reference.md', ['manual', '--markdown']],
    ['docs/glossary.md', ['manual', '--glossary']],
  ])('made by a command is what the command says: %s', (page, words) => {
    const plain = (text: string) => text.replaceAll(/[ -]+/g, ' ').replaceAll(/\n+/g, '\n');
    expect(plain(netspace(words).stdout)).toBe(plain(textOf(page)));
  });

  it('that comes first fits a screen', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThan(80);
  });
});

describe('a command in the docs', () => {
  it.each(shown)('is there with its options: $line', ({ words }) => {
    const path = words.filter((word) => /^[a-z][a-z-]*$/.test(word));
    const names = [path.slice(0, 2), path.slice(0, 1)].map((each) => each.join(' '));
    const known = names.flatMap((name) => commands.filter((each) => each.path === name))[0];
    const flags = known?.options.flatMap(({ long, short }) => [long, short]) ?? [];
    for (const word of words.filter((each) => /^--?[a-z]/.test(each) && each !== '-flops'))
      expect(flags, word).toContain(word.split('=')[0]);
    expect(known, words.join(' ')).toBeDefined();
  });

  it.each(shown.filter(({ output }) => output !== undefined))(
    'says what is shown: $line',
    ({ words, output = '' }) => {
      const { stdout, stderr } = netspace(words);
      const plain = (text: string) =>
        text
          .replaceAll(/[ \t]+/g, ' ')
          .replaceAll(/ $|^ /gm, '')
          .trim();
      expect(plain(stdout), stderr).toContain(plain(output));
    },
  );
});
