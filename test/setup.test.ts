/** The set-up's own parts: what it shows, what it remembers, how it counts and what it says when it fails. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countTests, summaryLine } from '../setup/check.mjs';
import { findOpener, storeOf } from '../setup/first-look.mjs';
import { missingPackages, pnpmError } from '../setup/packages.mjs';
import { duration, openProgress } from '../setup/progress.mjs';
import { isStamped, keyOf, once } from '../setup/stamp.mjs';

const folder = mkdtempSync(join(tmpdir(), 'netspace-setup-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A display of which nothing is lost, on a clock that only we move. */
function display(interactive: boolean, columns = 40) {
  let text = '';
  let time = 0;
  const output = { write: (more: string) => (text += more), columns };
  const progress = openProgress(output, { interactive, now: () => time });
  return { progress, text: () => text, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('the progress display', () => {
  it('says off a terminal how long a step took, and nothing of a step that had nothing to do', () => {
    const { progress, text, pass } = display(false);
    const step = progress.begin('packages');
    const idle = progress.begin('build');
    pass(61_000);
    step.done();
    idle.skip();
    progress.close();
    expect(text()).toBe('packages: done in 1 min 1 s\n');
  });

  it('redraws on a terminal what runs, below what has ended, and leaves none of it behind', () => {
    const { progress, text, pass } = display(true);
    progress.begin('packages').report('3 of 400 packages');
    const library = progress.begin('TensorFlow');
    pass(1500);
    library.fail('no network');
    expect(text()).toMatch('TensorFlow: failed in 1.5 s (no network)\npackages: 3 of 400 packages … 1.5 s\n');
    progress.close();
    expect(text().endsWith('\x1b[1A\x1b[J')).toBe(true);
  });

  it('never writes a line that would wrap, since that could not be taken back', () => {
    const { progress, text } = display(true);
    progress.begin('packages').report('a'.repeat(100));
    progress.say('ended');
    progress.close();
    for (const line of text().split('\n').slice(1))
      expect(line.split('\x1b[J').at(-1)?.length).toBeLessThan(40);
  });

  it('takes a terminal that tells no width for one of 80 columns', () => {
    const { progress, text } = display(true, 0);
    progress.begin('packages').report('a'.repeat(100));
    progress.say('ended');
    progress.close();
    expect(text()).toMatch(/^ended\npackages: a{68}…\n/);
  });

  it.each([
    [940, '0.9 s'],
    [9_900, '9.9 s'],
    [59_000, '59 s'],
    [125_000, '2 min 5 s'],
  ])('tells %i ms as %s', (milliseconds, told) => {
    expect(duration(milliseconds)).toBe(told);
  });
});

describe('a stamp', () => {
  const file = join(folder, 'stamps', 'step');
  const count = { times: 0 };
  const work = async () => void count.times++;

  it('lets a step run once for each key', async () => {
    expect(await once(file, 'a', work)).toBe(true);
    expect(await once(file, 'a', work)).toBe(false);
    expect(await once(file, 'b', work)).toBe(true);
    expect(count.times).toBe(2);
  });

  it('is gone when the step was interrupted, even for the key before', async () => {
    await once(file, 'done', work);
    await expect(once(file, 'next', () => Promise.reject(new Error('interrupted')))).rejects.toThrow(
      'interrupted',
    );
    expect(isStamped(file, 'done')).toBe(false);
    expect(isStamped(file, 'next')).toBe(false);
  });

  it('has a key that changes when parts only change places', () => {
    expect(keyOf(['ab', 'c'])).not.toBe(keyOf(['a', 'bc']));
  });
});

describe('the count of tests', () => {
  const test = (status: string, fullName = 'a') => ({ status, fullName });
  const report = (status: string, tests: ReturnType<typeof test>[]) => ({
    numPassedTests: tests.filter((one) => one.status === 'passed').length,
    numPendingTests: tests.filter((one) => one.status === 'skipped').length,
    numTodoTests: 0,
    testResults: [{ name: join(process.cwd(), 'x.test.ts'), status, assertionResults: tests }],
  });

  it.each([
    {
      why: 'all is well',
      report: report('passed', [test('passed'), test('passed')]),
      code: 0,
      counts: [2, 0, 0],
    },
    {
      why: 'one fails',
      report: report('failed', [test('passed'), test('failed')]),
      code: 1,
      counts: [1, 1, 0],
    },
    {
      why: 'one is skipped',
      report: report('passed', [test('passed'), test('skipped')]),
      code: 0,
      counts: [1, 0, 1],
    },
    {
      why: 'a file does not load',
      report: report('failed', []),
      code: 1,
      counts: [0, 1, 0],
    },
    {
      why: 'an error falls outside of all tests',
      report: report('passed', [test('passed')]),
      code: 1,
      counts: [1, 1, 0],
    },
    { why: 'nothing ran at all', report: undefined, code: 1, counts: [0, 1, 0] },
  ])('is $counts (passed, failed, skipped) when $why', ({ report: given, code, counts }) => {
    const { passed, failed, skipped } = countTests(given, code).counts;
    expect([passed, failed, skipped]).toEqual(counts);
  });

  it('names the file and the test that failed', () => {
    const { failures } = countTests(report('failed', [test('passed'), test('failed', 'one is two')]), 1);
    expect(failures).toEqual(['x.test.ts: one is two']);
    expect(countTests(report('failed', []), 1).failures).toEqual(['x.test.ts does not load']);
  });

  it('ends as a line that names skipped tests only when there are some', () => {
    expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});

describe('a failure of pnpm', () => {
  it.each([
    { output: 'spawn npx ENOENT', code: 127, is: 'NPM_MISSING' },
    { output: 'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"', code: 1, is: 'LOCKFILE' },
    {
      output: 'npm error network request to the registry failed, reason: getaddrinfo EAI_AGAIN',
      code: 1,
      is: 'NETWORK',
    },
    {
      output: 'prebuild-install warn getaddrinfo ENOTFOUND\ngyp ERR! stack Error: not found: make',
      code: 1,
      is: 'COMPILER_MISSING',
    },
    {
      output: 'gyp ERR! find Python You need to install the latest version of Python.',
      code: 1,
      is: 'COMPILER_MISSING',
    },
    { output: 'ENOSPC: no space left on device, write', code: 1, is: 'DISK_SPACE' },
    {
      output: "EROFS: read-only file system, mkdir '/home/me/.local/share/pnpm'",
      code: 1,
      is: 'HOME_FOLDER',
    },
    { output: 'something else', code: 1, is: 'PACKAGES' },
  ])('that says "$output" is a case of $is', ({ output, code, is }) => {
    expect(pnpmError(code, output)).toMatchObject({ code: is, output });
  });
});

it('a failure of npm that nobody knows is told by its first complaint, not by where its log lies', () => {
  const output =
    'npm error code E404\nnpm error 404 Not Found - pnpm\nnpm error A complete log of this run is in x';
  expect(pnpmError(1, output).message).toBe(
    'pnpm could not install the packages (npm error 404 Not Found - pnpm).',
  );
});

describe('the packages', () => {
  it('that are declared and not there are found, in every member of the workspace', () => {
    const declare = (path: string, dependencies: Record<string, string>) => {
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, path, 'package.json'), JSON.stringify({ dependencies }));
    };
    declare('.', { here: '1', lost: '1' });
    declare('packages/one', { '@scope/lost': '1' });
    mkdirSync(join(folder, 'node_modules', 'here'), { recursive: true });
    expect(missingPackages(folder)).toEqual([
      join(folder, 'node_modules', 'lost'),
      join(folder, 'packages', 'one', 'node_modules', '@scope', 'lost'),
    ]);
  });
});

describe('the report', () => {
  it.each([
    { parameters: ['--workers', '2'], store: [] },
    { parameters: ['--store', 'a.db', '--workers', '2'], store: ['--store', 'a.db'] },
    { parameters: ['--workers', '2', '--store=a.db'], store: ['--store=a.db'] },
  ])(
    'of a run with $parameters reads its trials from where the run has put them',
    ({ parameters, store }) => {
      expect(storeOf(parameters)).toEqual(store);
    },
  );

  const screen = { DISPLAY: ':0', PATH: folder };
  writeFileSync(join(folder, 'xdg-open'), '');
  it.each([
    { env: screen, platform: 'linux', opener: 'xdg-open', why: 'there is a desktop' },
    {
      env: { WAYLAND_DISPLAY: 'w', PATH: folder },
      platform: 'linux',
      opener: 'xdg-open',
      why: 'Wayland is one too',
    },
    { env: { PATH: folder }, platform: 'linux', opener: undefined, why: 'there is no screen' },
    { env: { ...screen, PATH: '' }, platform: 'linux', opener: undefined, why: 'nothing opens pages' },
    { env: { ...screen, CI: 'true' }, platform: 'linux', opener: undefined, why: 'nobody looks in CI' },
    {
      env: { ...screen, SSH_CONNECTION: 'x' },
      platform: 'linux',
      opener: undefined,
      why: 'the screen is elsewhere',
    },
    { env: {}, platform: 'darwin', opener: 'open', why: 'macOS has its own way' },
    { env: { SSH_TTY: 'x' }, platform: 'darwin', opener: undefined, why: 'the screen is elsewhere' },
  ] as const)('is opened by $opener: $why', ({ env, platform, opener }) => {
    expect(findOpener(env, platform)).toBe(opener);
  });
});
