/** What a machine must have for the set-up, each thing with what was found and one sentence on how to mend it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** @typedef {import('./node-version.mjs').Finding} Finding */
/** @typedef {Finding & { code: string, command: string }} Program a finding with the command that starts it */
/** @typedef {NodeJS.ProcessEnv} Environment */

/** The set-up cannot go on. `code` is stable; the message is one sentence for the user. */
export class SetupError extends Error {
  /** @param {string} code @param {string} message @param {{ cause?: unknown, output?: string }} [details] `output`: the end of what a failed program said */
  constructor(code, message, { cause, output = '' } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.output = output;
  }
}

/** Python with its pip, of which only the download of the wheel and node-gyp make use. @param {Environment} env @returns {Program} */
export function findPython(env) {
  for (const command of [env['PYTHON'], 'python3', 'python']) {
    const version = command && /^Python (3\.\d+\S*)/.exec(versionOf(command, ['--version'], env))?.[1];
    if (command && version && Number(version.split('.')[1]) >= 8)
      return { ...program('Python', 'PYTHON_MISSING', version), command };
  }
  return missing('Python', 'PYTHON_MISSING', 'Python 3.8 or newer is missing', {
    apt: 'python3 python3-pip',
    dnf: 'python3 python3-pip',
    conda: 'python pip',
    brew: 'brew install python',
  });
}

/** @param {Environment} env @param {string} python @returns {Program} */
export function findPip(env, python) {
  const version = python && /^pip (\S+)/.exec(versionOf(python, ['-m', 'pip', '--version'], env))?.[1];
  if (version) return { ...program('pip', 'PIP_MISSING', version), command: python };
  return missing('pip', 'PIP_MISSING', 'Python has no pip, which downloads TensorFlow', {
    apt: 'python3-pip',
    dnf: 'python3-pip',
    conda: 'pip',
    brew: 'python3 -m ensurepip',
  });
}

/** @param {Environment} env @returns {Program} */
export function findCompiler(env) {
  for (const command of [env['CXX'], 'g++', 'c++', 'clang++']) {
    const version = command && versionOf(command, ['--version'], env).split('\n')[0];
    if (command && version) return { ...program('C++ compiler', 'COMPILER_MISSING', version), command };
  }
  return missing('C++ compiler', 'COMPILER_MISSING', 'a C++ compiler is missing', {
    apt: 'g++',
    dnf: 'gcc-c++',
    conda: 'gxx',
    brew: 'xcode-select --install',
  });
}

/** @param {Environment} env @returns {Program} */
export function findMake(env) {
  const version = versionOf('make', ['--version'], env).split('\n')[0];
  if (version) return { ...program('make', 'MAKE_MISSING', version), command: 'make' };
  return missing('make', 'MAKE_MISSING', 'make is missing', {
    apt: 'make',
    dnf: 'make',
    conda: 'make',
    brew: 'xcode-select --install',
  });
}

/**
 * Room for what will be written. `bytes` is what is needed at most at one time.
 * @param {string} folder which need not exist yet @param {number} bytes @param {string} [remedy] @returns {Finding}
 */
export function findDisk(folder, bytes, remedy = 'free some space') {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const advice = `${gigabytes(free)} are free at ${folder}, but ${gigabytes(bytes)} are needed: ${remedy}.`;
  const ok = free >= bytes;
  return { name: 'disk', ok, found: `${gigabytes(free)} free at ${existing}`, advice: ok ? '' : advice };
}

/** @param {readonly (Finding & { code?: string })[]} findings @param {string} [code] of those that have none of their own */
export function demand(findings, code = 'MACHINE') {
  const bad = findings.filter((finding) => !finding.ok);
  if (bad[0] === undefined) return;
  throw new SetupError(bad[0].code ?? code, bad.map((finding) => finding.advice).join('\n'));
}

/**
 * The folder whose `include/node` holds the headers of this very Node, for `npm_config_nodedir`; else node-gyp downloads them.
 * @param {string} [executable] @param {string} [version]
 */
export function findHeaders(executable = process.execPath, version = process.versions.node) {
  const prefix = dirname(dirname(executable));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(header)) return undefined;
  const text = readFileSync(header, 'utf8');
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1],
  );
  return parts.join('.') === version ? prefix : undefined;
}

/** Whether a program is on the path. @param {string} name @param {Environment} env */
export function onPath(name, env) {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/**
 * What a program says of itself, empty when it does not run.
 * @param {string} command @param {string[]} parameters @param {Environment} env @param {string} [cwd]
 */
export function versionOf(command, parameters, env, cwd) {
  const options = { env, encoding: /** @type {const} */ ('utf8'), timeout: 120_000 };
  const { status, stdout } = spawnSync(
    command,
    parameters,
    cwd === undefined ? options : { ...options, cwd },
  );
  return status === 0 ? stdout.trim() : '';
}

/** @param {number} bytes */
export function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** @param {string} name @param {string} code @param {string} found */
function program(name, code, found) {
  return { name, code, ok: true, found, advice: '' };
}

/**
 * @param {string} name @param {string} code @param {string} what
 * @param {{ apt: string, dnf: string, conda: string, brew: string }} packages
 * @returns {Program}
 */
function missing(name, code, what, { apt, dnf, conda, brew }) {
  const how =
    process.platform === 'darwin'
      ? `run: ${brew}`
      : `install it (Debian, Ubuntu: sudo apt install ${apt}; Fedora: sudo dnf install ${dnf}; without root: conda install -c conda-forge ${conda}).`;
  return { name, code, ok: false, found: 'not found', advice: `${capital(what)}: ${how}`, command: '' };
}

/** @param {string} sentence */
function capital(sentence) {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
