/** Where the native library lies in the user's cache, whether it is whole there, and how a clone gets it. */
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, homedir, platform } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { run } from './command.mjs';
import { SetupError, versionOf } from './machine.mjs';
import { tensorflowVersion } from './wheel.mjs';

/** @typedef {{ version: string, node: string, files: Record<string, number> }} Manifest file sizes in bytes; its presence says that all is there */

/** What sets everything up, in a clone and where npm has installed the packages. */
export const setUpAgain = 'node setup.mjs in a clone, npx netspace setup elsewhere';

/** The compiled binding, below a library's folder and below the installed package alike. */
export const bindingFile = join('lib', 'napi-v8', 'tfjs_binding.node');

/** What is kept for all clones of a user. @param {NodeJS.ProcessEnv} env */
export function cacheFolder(env) {
  const given = env['XDG_CACHE_HOME'];
  const cache = given && isAbsolute(given) ? given : join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'netspace');
}

/** Where the library of this version and this kind of machine lies: in the user's cache folder. @param {NodeJS.ProcessEnv} [env] */
export function libraryFolder(env = process.env) {
  const own = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  const tfjs = own.dependencies['@tensorflow/tfjs-node'];
  return join(cacheFolder(env), `tensorflow-${tensorflowVersion}-${platform()}-${arch()}-tfjs-${tfjs}`);
}

/** Whether a library folder holds all that its manifest names. @param {string} folder */
export function isWhole(folder) {
  const manifest = readManifest(folder);
  if (manifest === undefined) return false;
  const sizeOf = (/** @type {string} */ name) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  return Object.entries(manifest.files).every(([name, size]) => sizeOf(name) === size);
}

/** @param {string} folder @returns {Manifest | undefined} */
function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The folder of the installed package that loads the library, without links; undefined before it is installed. */
export function installedPackage() {
  try {
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return undefined;
  }
}

/** Links the library into the installed package, where it looks for it. @param {string} folder @param {string} installed */
export function linkLibrary(folder, installed) {
  link(join(folder, 'deps', 'lib'), join(installed, 'deps', 'lib'));
  link(join(folder, 'lib', 'napi-v8'), join(installed, 'lib', 'napi-v8'));
}

/** @param {string} target @param {string} path */
function link(target, path) {
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() && readlinkSync(path) === target) return;
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.${process.pid}.tmp`;
  rmSync(next, { force: true });
  symlinkSync(target, next);
  if (present !== undefined && !present.isSymbolicLink()) rmSync(path, { recursive: true });
  renameSync(next, path);
}

/**
 * Loads a binding in a process of its own and returns TensorFlow's version. From a cold disk that takes half a minute on a busy
 * machine, and nothing else happens meanwhile.
 * @param {string} binding its file @param {NodeJS.ProcessEnv} [env]
 */
export function loadVersion(binding, env = process.env) {
  return judge(versionOf(process.execPath, proof(binding), loading(env)), binding, env);
}

/**
 * The same, while other steps go on.
 * @param {string} binding its file @param {{ env?: NodeJS.ProcessEnv, log: (text: string) => void }} options
 */
export async function proveVersion(binding, { env = process.env, log }) {
  const { output } = await run(process.execPath, proof(binding), { env: loading(env), log });
  return judge(output, binding, env);
}

/** @param {string} binding */
function proof(binding) {
  return ['-e', 'console.log(`TensorFlow ${require(process.argv[1]).TF_Version}`)', binding];
}

/** @param {NodeJS.ProcessEnv} env */
function loading(env) {
  return { ...env, TF_CPP_MIN_LOG_LEVEL: '2', TF_ENABLE_ONEDNN_OPTS: '1' };
}

/** @param {string} output @param {string} binding @param {NodeJS.ProcessEnv} env */
function judge(output, binding, env) {
  const found = /^TensorFlow (\S+)$/m.exec(output)?.[1];
  if (found === tensorflowVersion) return found;
  throw new SetupError(
    'LIBRARY_LOAD',
    `TensorFlow ${tensorflowVersion} does not load from ${binding}${found === undefined ? '' : ` (it says ${found})`}: remove ${dirname(libraryFolder(env))} and run: ${setUpAgain}`,
    { output },
  );
}
