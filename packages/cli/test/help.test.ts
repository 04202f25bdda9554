import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { listCommands } from '../command-tree.ts';
import { completionScript } from '../completion-scripts.ts';
import { errorCodes } from '../error-codes.ts';
import { glossary } from '../glossary.ts';
import { buildDashboardProgram } from '../dashboard-program.ts';
import { manualPage } from '../manual-page.ts';
import { buildProgram } from '../program.ts';
import { netspace } from './run-netspace.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const commands = listCommands(buildProgram(() => {}));
const folder = mkdtempSync(join(tmpdir(), 'netspace-help-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether a program is here; CI has all of them. */
function hasProgram(name: string): boolean {
  const found =
    spawnSync(name, ['--version']).error === undefined || spawnSync(name, ['-V']).error === undefined;
  if (!found && process.env['CI'] !== undefined) throw new Error(`${name} is missing; .ci/run installs it`);
  return found;
}

describe('the help of a command', () => {
  const leaves = commands.filter(({ children }) => children.length === 0);

  it.each(leaves)(
    'has an example with options that it has: netspace $path',
    ({ path, options, examples }) => {
      expect(examples.length).toBeGreaterThan(0);
      const flags = options.flatMap(({ long, short }) => [long, short]);
      for (const example of examples) {
        expect(example).toMatch(new RegExp(`^netspace ${path}( |$)`));
        const used =
          example
            .replaceAll(/'[^']*'|"[^"]*"/g, '')
            .split(/[|>]/)[0]
            ?.split(' ') ?? [];
        for (const word of used.filter((each) => /^--?[a-z]/.test(each) && each !== '-flops'))
          expect(flags, example).toContain(word);
      }
    },
  );

  it('is the same where a command is loaded alone', () => {
    const [, ...alone] = listCommands(buildDashboardProgram());
    expect(alone).toEqual(commands.filter(({ path }) => path === 'dashboard'));
  });

  it('shows it', () => {
    const { stdout } = netspace(['space', 'count', '--help']);
    expect(stdout).toContain('Example:\n  netspace space count anynet-e\n');
  });

  it.each([
    [['anlyze', 'x'], 'Did you mean analyze?'],
    [['sample', 'regnetx', '-n', '1', '--sed', '1'], 'Did you mean --seed?'],
    [['space', 'cuont', 'anynet-a'], 'Did you mean count?'],
    [['find', '--dat', 'mnist', '--flops', '1M'], 'did you mean --data?'],
    [['plot', 'pairs', 'x', '--paramter=depth'], 'did you mean --parameter?'],
  ])('is near when a name is mistyped: %j', (words, hint) => {
    const { code, stderr } = netspace(words);
    expect(stderr).toContain(hint);
    expect(code).toBe(2);
  });
});

describe('netspace explain', () => {
  it.each(glossary)('explains $term', ({ term, text }) => {
    expect(text.length).toBeGreaterThan(30);
    expect(glossary.filter((each) => each.term === term || each.also?.includes(term))).toHaveLength(1);
  });

  it('knows words by other names, in any case', () => {
    expect(netspace(['explain', 'edf']).stdout).toMatch(/^EDF: F\(e\)/);
    expect(netspace(['explain', 'w0']).stdout).toMatch(/^initial width: /);
    expect(netspace(['explain', 'store-busy']).stdout).toMatch(/^store-busy: Another process/);
  });

  it('asks back when a word is not there', () => {
    expect(netspace(['explain', 'stor-busy'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "store-busy"?') as string,
    });
  });

  it('knows every stable code in the sources, and no other', () => {
    expect(Object.keys(errorCodes).toSorted()).toEqual([...codesInSources()].toSorted());
  });
});

/** Codes of error classes, of set-up errors, and of classes with several. */
function codesInSources(): Set<string> {
  const codes = new Set<string>();
  const folders = [...readdirSync(join(root, 'packages')).map((name) => join('packages', name)), 'setup'];
  for (const each of folders)
    for (const name of readdirSync(join(root, each)).filter((file) => /(?<!\.d)\.(ts|mjs)$/.test(file))) {
      const text = readFileSync(join(root, each, name), 'utf8');
      for (const [, code] of text.matchAll(/^\s*(?:readonly )?code = '([\w-]+)'/gm)) codes.add(code ?? '');
      for (const [, code] of text.matchAll(/SetupError\(\s*'([A-Z_]+)'/g)) codes.add(code ?? '');
      for (const [, code] of text.matchAll(/\[\s*'([A-Z_]+)',\s*['`][^'`]* /g)) codes.add(code ?? '');
      for (const [, code] of text.matchAll(/(?:program|missing)\('[^']+', '([A-Z_]+)'/g))
        codes.add(code ?? '');
      for (const [, code] of text.matchAll(/(?:demand\([^;]*?,|code =) '([A-Z_]+)'\)/g))
        codes.add(code ?? '');
      for (const [, list] of text.matchAll(
        /(?:type StoreErrorCode =|readonly code:)((?:\s*\|?\s*'[\w-]+')+);/g,
      ))
        for (const [, code] of (list ?? '').matchAll(/'([\w-]+)'/g)) codes.add(code ?? '');
    }
  return codes;
}

describe('completion', () => {
  const file = (shell: 'bash' | 'zsh' | 'fish'): string => {
    const path = join(folder, `completion.${shell}`);
    writeFileSync(path, completionScript(shell, commands));
    return path;
  };
  const lines = (shell: string, script: string): string[] => {
    const { stdout, stderr } = spawnSync(shell, ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  };

  const inBash = (words: readonly string[]): string[] =>
    lines(
      'bash',
      `source ${file('bash')}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _netspace; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  it('in bash names commands, those below them, options, and values of options that have few', ({ skip }) => {
    if (!hasProgram('bash')) return skip('bash is not here');
    expect(inBash(['netspace', 'qu'])).toEqual(['quantize']);
    expect(inBash(['netspace', 'space', 'co'])).toEqual(['count']);
    expect(inBash(['netspace', 'run', 'plan.yaml', '--wor'])).toEqual([
      '--worker-trials',
      '--worker-memory',
      '--worker-age',
      '--workers',
    ]);
    expect(inBash(['netspace', 'sample', 'anynet-a', '--format', ''])).toEqual([
      'ndjson',
      'table',
      'yaml',
      'pycls',
    ]);
  });

  it('in zsh names them with what they do', ({ skip }) => {
    if (!hasProgram('zsh')) return skip('zsh is not here');
    const script = (words: string, current: number) =>
      `compdef() { }; _describe() { print -l -- "\${(@P)2}" }; _files() { }; source ${file('zsh')}; words=(${words}); CURRENT=${current}; _netspace`;
    expect(lines('zsh', script(`netspace space ''`, 3))).toContain(
      'count:how many points and networks a space has, exactly',
    );
    expect(lines('zsh', script(`netspace sample anynet-a --format ''`, 5))).toEqual([
      'ndjson',
      'table',
      'yaml',
      'pycls',
    ]);
  });

  it('in fish completes by fish’s own machinery', ({ skip }) => {
    if (!hasProgram('fish')) return skip('fish is not here');
    const complete = (line: string) => lines('fish', `source ${file('fish')}; complete -C '${line}'`);
    expect(complete('netspace quan')).toEqual([expect.stringMatching(/^quantize\twidths and stages/)]);
    expect(complete('netspace space cou')).toEqual([expect.stringMatching(/^count\t/)]);
    expect(complete('netspace sample anynet-a --format y')).toEqual([expect.stringMatching(/^yaml/)]);
  });
});

describe('the manual page', () => {
  it('has every command, and no mistake that mandoc finds', ({ skip }) => {
    const page = join(folder, 'netspace.1');
    writeFileSync(page, manualPage(commands));
    if (!hasProgram('mandoc')) return skip('mandoc is not here');
    const mandoc = (...words: string[]) => spawnSync('mandoc', [...words, page], { encoding: 'utf8' });
    const complaints = mandoc('-T', 'lint', '-W', 'warning').stdout.trim().split('\n');
    // The page has no date, so that it is the same tomorrow.
    expect(complaints.filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
    const { stdout } = mandoc('-T', 'ascii');
    // Bold letters are printed twice, with a backspace between them.
    const text = stdout.replaceAll(new RegExp(`.${String.fromCharCode(8)}`, 'g'), '');
    for (const { path, children } of commands)
      if (children.length === 0) expect(text).toContain(`netspace ${path}`);
  });
});
