/** The commands that the docs show, as a shell would take them apart, and the output that is shown with them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** All pages that people read. */
export const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'packages/train/RECIPES.md',
].concat(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

interface ShownCommand {
  readonly page: string;
  readonly line: string;
  readonly words: readonly string[];
  /** The block of text behind the block of commands. */
  readonly output?: string;
}

/** Lines of fenced blocks that call netspace; in docs/commands.md what they do stands behind four spaces. */
function shownOn(page: string): ShownCommand[] {
  const blocks = [...textOf(page).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, language, text = ''], i) => {
    if (language !== '' && language !== 'sh') return [];
    const [, next, output] = blocks[i + 1] ?? [];
    return text
      .split('\n')
      .filter((line) => /^(\$ )?(npx )?netspace /.test(line))
      .map((line) => {
        const [command = ''] = line.split(/\s{2,}/);
        const tokens = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
        const end = tokens.findIndex(([all]) => all === '|' || all === '>');
        const words = tokens.slice(0, end < 0 ? undefined : end).map(([all, a, b]) => a ?? b ?? all);
        return {
          page,
          line: command.replace(/^(\$ )?(npx )?/, ''),
          words: words.slice(words.indexOf('netspace') + 1),
          ...(next === 'text' && output !== undefined && { output }),
        };
      });
  });
}

const all = pages.flatMap(shownOn);

/** Each once, even if several pages show it. */
export const shown = all.filter(({ line }, i) => all.findIndex((other) => other.line === line) === i);
