/** Runs other programs: what they say goes to a log, and they end when we do. */
import { spawn } from 'node:child_process';

/**
 * @typedef {object} Result
 * @property {number} code exit code; 127 when there is no such program, 128 when a signal ended it
 * @property {string} output the last of what it said, on both channels together
 */
/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment
 * @property {(text: string) => void} [log] hears all that it says
 * @property {(line: string) => void} [onLine] hears it line by line
 */

/** Enough of a program's output to tell why it failed, in characters. */
const kept = 200_000;

/** @type {Set<number>} leaders of the process groups that run now */
const groups = new Set();
/** @type {(groups: readonly number[]) => void} */
let listener = () => {};

/**
 * Runs a program to its end. Each gets a process group of its own, so that ending it ends what it has started too.
 * @param {string} command @param {readonly string[]} parameters @param {CommandOptions} [options]
 * @returns {Promise<Result>}
 */
export function run(command, parameters, { cwd, env = process.env, log = () => {}, onLine } = {}) {
  log(`\n$ ${[command, ...parameters].join(' ')}\n`);
  const child = spawn(command, parameters, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid !== undefined) track(pid, true);
  let output = '';
  let rest = '';
  /** @param {string} text */
  const hear = (text) => {
    log(text);
    output = (output + text).slice(-kept);
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    if (onLine !== undefined) for (const line of lines) if (line.trim() !== '') onLine(line.trim());
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: String(error.message) }));
    child.on('close', (code) => {
      if (pid !== undefined) track(pid, false);
      resolve({ code: code ?? 128, output });
    });
  });
}

/** Tells `heard` whenever a process group begins or ends. @param {(groups: readonly number[]) => void} heard */
export function watchGroups(heard) {
  listener = heard;
  heard([...groups]);
}

/** Ends all that still runs. */
export function stopCommands() {
  for (const pid of groups) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}

/** @param {number} pid @param {boolean} runs */
function track(pid, runs) {
  if (runs) groups.add(pid);
  else groups.delete(pid);
  listener([...groups]);
}

/** The last lines of a program's output, for a message. @param {string} output @param {number} count */
export function lastLines(output, count) {
  return output
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
