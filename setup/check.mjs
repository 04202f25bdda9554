/** Runs every check of the repository and counts what passed and what failed. */
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { run } from '../packages/tensorflow/command.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {import('./progress.mjs').Progress} Progress */
/** @typedef {(text: string) => void} Log */
/**
 * What vitest writes about a run, as far as it is read here.
 * @typedef {object} TestReport
 * @property {number} numPassedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }[]} testResults
 */

/** What each check is called, and what it runs. The types come first: they compile what some tests start. */
const checks = /** @type {const} */ ([
  ['types', 'tsc', '-b'],
  ['format', 'prettier', '--check', '.'],
  ['lint', 'oxlint'],
  ['promises', 'eslint', '.'],
  ['unused exports', 'knip', '--no-config-hints'],
  ['pages of the interface', 'node', 'setup/api.mjs', 'node_modules/.setup/api'],
]);

/**
 * @param {string} root @param {string} state folder for the tests' report @param {Progress} progress @param {Log} log
 * @returns {Promise<Counts>}
 */
export async function runChecks(root, state, progress, log) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command, ...parameters] of checks) {
    const step = progress.begin(name);
    const program = command === 'node' ? process.execPath : join(root, 'node_modules', '.bin', command);
    const { code, output } = await run(program, parameters, { cwd: root, log, env: plain() });
    if (code === 0) {
      counts.passed++;
      step.done();
    } else {
      counts.failed++;
      step.fail();
      progress.say(firstLines(output));
    }
  }
  const tests = await runTests(root, state, progress, log);
  return {
    passed: counts.passed + tests.passed,
    failed: counts.failed + tests.failed,
    skipped: tests.skipped,
  };
}

/** @param {string} root @param {string} state @param {Progress} progress @param {Log} log @returns {Promise<Counts>} */
async function runTests(root, state, progress, log) {
  const step = progress.begin('tests');
  const file = join(state, 'tests.json');
  rmSync(file, { force: true });
  let files = 0;
  const { code, output } = await run(
    join(root, 'node_modules', '.bin', 'vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    {
      cwd: root,
      log,
      env: plain(),
      onLine: (line) => /^[✓❯×↓] .*\.test\.ts/.test(line) && step.report(`${++files} files done`),
    },
  );
  const { counts, failures } = countTests(readReport(file), code);
  if (counts.failed === 0) step.done(summaryLine(counts));
  else {
    step.fail(summaryLine(counts));
    progress.say(
      [...failures, firstLines(output.slice(Math.max(0, output.search(/^.*(Failed|Unhandled) /m))))].join(
        '\n',
      ),
    );
  }
  return counts;
}

/** The beginning of what a check said; the log has the rest. @param {string} output */
function firstLines(output, most = 100) {
  // Some colour their words in CI whatever they are told.
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const rest = lines.length - most;
  return [
    ...lines.slice(0, most),
    ...(rest > 0 ? [`… ${rest} more lines in node_modules/.setup/setup.log`] : []),
  ].join('\n');
}

/** @param {string} path @returns {TestReport | undefined} */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Counts tests by vitest's report. A file that does not load has no tests to fail, and an error outside of all tests fails none:
 * each counts as one failure.
 * @param {TestReport | undefined} report @param {number} code vitest's exit code
 * @returns {{ counts: Counts, failures: string[] }}
 */
export function countTests(report, code) {
  const counts = { passed: report?.numPassedTests ?? 0, failed: 0, skipped: 0 };
  counts.skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const failures = (report?.testResults ?? []).flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    const name = relative(process.cwd(), file.name);
    if (failed.length === 0 && file.status === 'failed') return [`${name} does not load`];
    return failed.map(({ fullName }) => `${name}: ${fullName}`);
  });
  counts.failed = failures.length;
  if (counts.failed === 0 && code !== 0) counts.failed = 1;
  return { counts, failures };
}

/** @param {Counts} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Without colours, which the log and our own display have no use for. */
function plain() {
  const { FORCE_COLOR: _, ...env } = process.env;
  return { ...env, NO_COLOR: '1' };
}
