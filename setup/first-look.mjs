/** The first experiment: trains two design spaces on real images and shows their report. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onPath } from '../packages/tensorflow/machine.mjs';

const plan = join('experiments', '01-first-look', 'plan.yaml');
const report = join('reports', '01-first-look', 'report.html');
/** The exit code of `netspace run` when some trials failed: the report shows them. */
const someFailed = 3;

/**
 * @param {string} root @param {readonly string[]} parameters further ones for `netspace run`
 * @returns {Promise<number>} exit code
 */
export async function takeFirstLook(root, parameters) {
  const ran = await netspace(root, ['run', plan, ...parameters], 'inherit');
  if (ran !== 0 && ran !== someFailed) return ran;
  const sweep = /^name:\s*(\S+)/m.exec(readFileSync(join(root, plan), 'utf8'))?.[1] ?? plan;
  const reported = await netspace(root, ['report', sweep, '-o', report, ...storeOf(parameters)], 'ignore');
  if (reported !== 0) return reported;
  const file = join(root, report);
  const opener = findOpener(process.env, process.platform);
  if (opener !== undefined)
    spawn(opener, [file], { detached: true, stdio: 'ignore' }).on('error', wait).unref();
  console.log(`\nThe report: ${pathToFileURL(file).href}`);
  return 0;
}

/** The option that says where the trials are, which the report needs too. @param {readonly string[]} parameters */
export function storeOf(parameters) {
  const at = parameters.findIndex((parameter) => /^--store(=|$)/.test(parameter));
  return at < 0 ? [] : parameters.slice(at, parameters[at] === '--store' ? at + 2 : at + 1);
}

function wait() {}

/**
 * Runs our command on this terminal. Ctrl-C reaches it directly, and it drains: so we wait.
 * @param {string} root @param {readonly string[]} parameters @param {'inherit' | 'ignore'} output what becomes of the data it prints
 * @returns {Promise<number>}
 */
function netspace(root, parameters, output) {
  const command = join(root, 'packages', 'cli', 'bin', 'netspace.mjs');
  process.on('SIGINT', wait);
  return new Promise((resolve) => {
    const stdio = /** @type {import('node:child_process').StdioOptions} */ (['inherit', output, 'inherit']);
    spawn(process.execPath, [command, ...parameters], { cwd: root, stdio }).on('close', (code) => {
      process.off('SIGINT', wait);
      resolve(code ?? 130);
    });
  });
}

/**
 * What opens a page on this desktop; undefined where nobody looks: in CI, over SSH, without a screen.
 * @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform
 */
export function findOpener(env, platform) {
  if (env['CI'] || env['SSH_CONNECTION'] || env['SSH_TTY']) return undefined;
  if (platform === 'darwin') return 'open';
  const screen = env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  return screen && onPath('xdg-open', env) ? 'xdg-open' : undefined;
}
