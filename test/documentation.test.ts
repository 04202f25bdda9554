/** The docs as a reader uses them: links lead somewhere, commands exist and run, and the output shown is the real one. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const script = join(root, 'packages', 'cli', 'bin', 'netspace.mjs');
const pages = [
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
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'netspace-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function netspace(words: readonly string[], cwd = folder) {
  return spawnSync(process.execPath, [script, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: cacheOf() },
  });
}

/** Data sets decoded here stay here, and the native library is where it was. */
function cacheOf(): string {
  return process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? tmpdir(), '.cache');
}

interface Shown {
  readonly page: string;
  readonly line: string;
  readonly words: readonly string[];
  /** The block of text behind the block of commands. */
  readonly output?: string;
}

/** Lines of fenced blocks that call netspace; in docs/commands.md what they do stands behind four spaces. */
function shownCommands(page: string): Shown[] {
  const blocks = [...textOf(page).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, language, text = ''], i) => {
    if (language !== '' && language !== 'sh') return [];
    const [, next, output] = blocks[i + 1] ?? [];
    return text
      .split('\n')
      .filter((line) => /^(npx )?netspace /.test(line))
      .map((line) => {
        const [command = ''] = line.split(/\s{2,}/);
        const tokens = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
        const end = tokens.findIndex(([all]) => all === '|' || all === '>');
        const words = tokens.slice(0, end < 0 ? undefined : end).map(([all, a, b]) => a ?? b ?? all);
        return {
          page,
          line: command,
          words: words.slice(words.indexOf('netspace') + 1),
          ...(next === 'text' && output !== undefined && { output }),
        };
      });
  });
}

const shown = pages.flatMap(shownCommands);

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

/** What a test cannot run, and why; that the command and its options exist is tested all the same. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [/postgresql:|^netspace (worker|slurm|kubernetes)|slurm|kubernetes/, 'needs a server or a cluster'],
  [/^(npx )?netspace (dashboard|find)/, 'runs until it is told to end, or for hours'],
  [/data fetch/, 'needs a network'],
  [/regnetx_002|ours\.jsonl|sweep\.json/, 'needs files from elsewhere'],
  [/^(npx )?netspace (setup|completion|salvage|merge|trial 17|model|refine)/, 'is tested where it belongs'],
  [
    /^(npx )?netspace (run|plan|bench)|train (network\.json|RegNet)/,
    'trains or measures; test/journey.test.ts does',
  ],
];

describe('a command in the docs', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    const trials = readFileSync(join(root, 'experiments', 'examples', 'tutorial.jsonl'), 'utf8')
      .replaceAll('"space":"A"', '"space":"anynet-a"')
      .replaceAll('"space":"E"', '"space":"anynet-e"')
      .replaceAll('"space":"RegNet"', '"space":"regnetx"');
    writeFileSync(join(folder, 'trials.jsonl'), trials);
    expect(netspace(['import', 'trials.jsonl', '--sweep', 'my-sweep']).status).toBe(0);
    const stage = { depth: 1, width: 8, stride: 2, bottleneckRatio: 1, groupWidth: 4 };
    for (const name of ['net.json', 'network.json'])
      writeFileSync(
        join(folder, name),
        JSON.stringify({ stem: { kind: 'simple', width: 8 }, stages: [stage] }),
      );
    mkdirSync(join(folder, 'experiments'));
  }, 120_000);

  it.each(shown)('is there with its options: $line', ({ words }) => {
    const path = words.filter((word) => /^[a-z][a-z-]*$/.test(word));
    const known = [path.slice(0, 2), path.slice(0, 1)].find((each) => helpOf(each) !== undefined);
    expect(known, words.join(' ')).toBeDefined();
    const help = helpOf(known ?? []) ?? '';
    for (const word of words.filter((each) => /^--?[a-z]/.test(each) && each !== '-flops'))
      expect(help, word).toMatch(new RegExp(`(^|[\\s,])${word.split('=')[0]}[\\s,]`, 'm'));
  });

  const runnable = shown.filter(
    ({ line, output, words }) =>
      output === undefined &&
      words[0] !== '…' &&
      !notRun.some(([each]) => each.test(line)) &&
      !/^docs\/(reference|clusters|dashboard)/.test(shown.find((other) => other.line === line)?.page ?? ''),
  );

  it.each(runnable)('runs: $line', ({ words }) => {
    const cwd = words.some((word) => word.startsWith('experiments/')) ? root : folder;
    const elsewhere =
      cwd === root ? words.map((word) => (word === 'tutorial.html' ? join(folder, word) : word)) : words;
    if (words.some((word) => word.startsWith('./photos'))) return;
    const { status, stderr } = netspace(elsewhere, cwd);
    expect(status, stderr).toBe(0);
  });

  it('runs in good number', () => {
    expect(runnable.length).toBeGreaterThan(20);
  });

  it.each(shown.filter(({ output }) => output !== undefined))(
    'says what is shown: $line',
    ({ words, output = '' }) => {
      const { stdout, stderr } = netspace(words, root);
      const plain = (text: string) =>
        text
          .replaceAll(/[ \t]+/g, ' ')
          .replaceAll(/ $|^ /gm, '')
          .trim();
      expect(plain(stdout), stderr).toContain(plain(output));
    },
  );
});

const helps = new Map<string, string | undefined>();

/** The help of a command, or nothing where there is no such command. */
function helpOf(path: readonly string[]): string | undefined {
  const key = path.join(' ');
  if (!helps.has(key)) {
    const { status, stdout } = netspace([...path, '--help']);
    helps.set(key, status === 0 && stdout.startsWith(`Usage: netspace ${key}`) ? stdout : undefined);
  }
  return helps.get(key);
}
