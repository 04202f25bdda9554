/** The commands of setup.mjs: what they do in which order, and how they end. */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, stopCommands, watchGroups } from '../packages/tensorflow/command.mjs';
import { acquireLock } from '../packages/tensorflow/lock.mjs';
import { SetupError } from '../packages/tensorflow/machine.mjs';
import { runChecks, summaryLine } from './check.mjs';
import { takeFirstLook } from './first-look.mjs';
import { prepare } from './prepare.mjs';
import { testFindings } from './findings.mjs';
import { openProgress } from './progress.mjs';

/** @typedef {import('./progress.mjs').Progress} Progress */

const root = fileURLToPath(new URL('..', import.meta.url));
const state = join(root, 'node_modules', '.setup');
const logFile = join(state, 'setup.log');

const usage = `node setup.mjs               set everything up
node setup.mjs start […]     set up, run the first experiment and open its report; what follows goes to netspace run
node setup.mjs findings […]  set up, and test the papers' findings again; what follows goes to experiments/findings/main.ts
node setup.mjs test          set up, then check format, lint, types, unused exports and all tests`;

const commands = ['setup', 'start', 'findings', 'test'];

/** @param {readonly string[]} parameters @returns {Promise<number>} exit code */
export async function main([command = 'setup', ...rest]) {
  if (!commands.includes(command) || (['setup', 'test'].includes(command) && rest.length > 0)) {
    console.error(usage);
    return command === '--help' || command === 'help' ? 0 : 2;
  }
  const progress = openProgress(process.stdout);
  const ready = await setUp(progress, command !== 'test');
  if (command === 'test') return test(progress, ready);
  progress.close();
  if (!ready) return 1;
  if (command === 'start') return takeFirstLook(root, rest);
  if (command === 'findings') return testFindings(root, rest);
  console.log('Everything is in place. Next: npm start, or npx netspace --help');
  return 0;
}

/** @param {string} text */
function log(text) {
  appendFileSync(logFile, text);
}

/** Whether the set-up succeeded; else it has said why not. @param {Progress} progress @param {boolean} build whether to compile the packages too */
async function setUp(progress, build) {
  const restore = onInterrupt(progress);
  try {
    mkdirSync(state, { recursive: true });
    const lock = await acquireLock(join(state, 'lock'), {
      onWait: (owner) => progress.say(`waiting for ${owner}, which sets up this clone`),
      poll: 2_000,
    });
    watchGroups(lock.note);
    writeFileSync(logFile, '');
    await prepare({ root, stamps: state, progress, log, build });
    watchGroups(() => {});
    lock.release();
    return true;
  } catch (error) {
    stopCommands();
    explain(error, progress);
    return false;
  } finally {
    restore();
  }
}

/** @param {Progress} progress @param {boolean} ready */
async function test(progress, ready) {
  const restore = onInterrupt(progress);
  const counts = ready ? await runChecks(root, state, progress, log) : { passed: 0, failed: 0, skipped: 0 };
  restore();
  progress.close();
  if (ready) counts.passed++;
  else counts.failed++;
  console.log(summaryLine(counts));
  return counts.failed === 0 ? 0 : 1;
}

/** @param {unknown} error @param {Progress} progress */
function explain(error, progress) {
  progress.close();
  const { code, message, stack } = /** @type {NodeJS.ErrnoException} */ (error);
  if (error instanceof SetupError) {
    if (error.output !== '') console.error(`${lastLines(error.output, 20).replaceAll(/^/gm, '    ')}\n`);
    console.error(error.message);
    if (error.output !== '') console.error(`All that was said: ${relative(process.cwd(), logFile)}`);
  } else if (code === 'EACCES' || code === 'EROFS' || (code === 'ENOENT' && !existsSync(state))) {
    // Node says ENOENT of folders that cannot be made on a read-only disk.
    console.error(`${root} cannot be written (${message}): clone it to a folder of your own.`);
  } else if (code === 'ENOSPC') {
    console.error(`The disk that holds ${root} is full: free 0.7 GB, then run this again.`);
  } else console.error(stack);
}

/** Ends what we have started when we are told to end; returns how to undo that. @param {Progress} progress */
function onInterrupt(progress) {
  const end = () => {
    stopCommands();
    progress.close();
    console.error('Interrupted. What is done is kept: run the same command again to go on.');
    process.exit(130);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
