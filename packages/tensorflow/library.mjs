/**
 * Puts the native TensorFlow library in place, and says what this machine has.
 *
 * wheel ─ check, unpack ─► work folder ─ build tfjs-node's binding, load it, rename ─► the user's cache ─ link ─► the clone
 *
 * It runs before anything is installed, so it uses nothing but Node. Whatever is interrupted leaves at most a work folder, which
 * the next set-up removes; only the checked wheel is kept for it.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  bindingFile,
  installedPackage,
  isWhole,
  libraryFolder,
  linkLibrary,
  loadVersion,
  proveVersion,
  setUpAgain,
} from './cache.mjs';
import { buildBinding } from './compile.mjs';
import { installKernels } from './kernel-build.mjs';
import { kernelFile } from './kernel-files.mjs';
import { describeSystem, findBrowser, findMemory, findProcessor } from './hardware.mjs';
import { acquireLock } from './lock.mjs';
import * as machine from './machine.mjs';
import { findNode } from './node-version.mjs';
import { bestKernelKind } from './processor.mjs';
import { unpack } from './unpack.mjs';
import { incomingPrefix, obtainWheel, pipFetch, tensorflowVersion, wheelFor } from './wheel.mjs';

/** @typedef {import('./wheel.mjs').Wheel} Wheel */
/** @typedef {import('./wheel.mjs').Fetch} Fetch */
/**
 * @typedef {object} InstallOptions
 * @property {() => Promise<string>} source yields the folder of the installed tfjs-node, whose sources are built
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(message: string) => void} [report] hears what goes on now
 * @property {(text: string) => void} [log] hears all that pip and the compiler say
 * @property {Wheel} [wheel] another than this machine's
 * @property {Fetch} [fetch] another way to the wheel than pip
 * @property {(binding: string) => unknown} [load] another proof that the binding works than loading it
 */

/** At once on the disk at most: the wheel, the libraries and the headers; or the wheel twice, while pip copies it. In bytes. */
const roomToBuild = 1.5e9;
const roomElsewhere = 'free some space, or put the cache elsewhere with XDG_CACHE_HOME';
/** Reports, stores and logs of a sweep, in bytes. */
const roomToRun = 0.2e9;

/**
 * The folder of the library, made unless it is there. Two set-ups at once: the second waits for the first.
 * @param {InstallOptions} options
 */
export async function installLibrary(options) {
  const { env = process.env, report = () => {} } = options;
  const folder = libraryFolder(env);
  if (isWhole(folder)) return folder;
  try {
    const lock = await acquireLock(`${folder}.lock`, {
      onWait: (owner) => report(`waiting for ${owner}, which sets up the same library`),
    });
    try {
      if (!isWhole(folder)) await makeLibrary(folder, options);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw explain(error, folder);
  }
  return folder;
}

/**
 * The same for packages that npm has installed: makes the library where it is missing, and links tfjs-node to it.
 * @param {Pick<InstallOptions, 'report' | 'log'>} options
 */
export async function placeLibrary({ report = () => {}, log = () => {} } = {}) {
  const installed = installedPackage();
  if (installed === undefined)
    throw new machine.SetupError(
      'PACKAGES',
      'tfjs-node is not installed: install @netspace/tensorflow again.',
    );
  const folder = await installLibrary({ source: () => Promise.resolve(installed), report, log });
  linkLibrary(folder, installed);
  report('loading it');
  await proveVersion(join(installed, bindingFile), { log });
  await installKernels(folder, { report, log });
}

/** The wheel for this machine; a system or a processor that there is none for is refused in one sentence. */
export function chooseWheel() {
  return wheelFor(platform(), arch(), describeSystem());
}

/** @param {string} folder @param {InstallOptions} options */
async function makeLibrary(
  folder,
  { source, env = process.env, report = () => {}, log = () => {}, ...given },
) {
  const downloads = `${folder}.download`;
  removeLeftovers(folder, downloads);
  const wheel = given.wheel ?? chooseWheel();
  const python = machine.findPython(env);
  const pip = given.fetch === undefined && python.ok ? [machine.findPip(env, python.command)] : [];
  const compiler = machine.findCompiler(env);
  machine.demand([python, ...pip, compiler, machine.findMake(env)]);
  machine.demand([machine.findDisk(dirname(folder), roomToBuild, roomElsewhere)], 'DISK_SPACE');
  const fetch = given.fetch ?? pipFetch({ python: python.command, env, log, report });
  const work = `${folder}.work-${process.pid}`;
  const tidy = () => rmSync(work, { recursive: true, force: true });
  process.on('exit', tidy);
  try {
    const file = await obtainWheel(wheel, downloads, fetch, report);
    await unpack(wheel, file, work, report);
    report('waiting for the packages');
    const tools = { env, log, python: python.command, compiler: compiler.command };
    await buildBinding(await source(), work, tools, report);
    report('loading it');
    await (given.load ?? proveVersion)(join(work, bindingFile), { env, log });
    rmSync(downloads, { recursive: true });
    await finish(work, folder);
  } finally {
    tidy();
    process.off('exit', tidy);
  }
}

/** What dead set-ups left: we hold the lock, so nobody works in it. @param {string} folder @param {string} downloads */
function removeLeftovers(folder, downloads) {
  const cache = dirname(folder);
  const work = readdirSync(cache).filter((name) => name.startsWith(`${basename(folder)}.work-`));
  const incoming = existsSync(downloads)
    ? readdirSync(downloads).filter((name) => name.startsWith(incomingPrefix))
    : [];
  for (const path of [
    ...work.map((name) => join(cache, name)),
    ...incoming.map((name) => join(downloads, name)),
  ])
    rmSync(path, { recursive: true, force: true });
}

/** Gives the finished folder its name. @param {string} work @param {string} folder */
async function finish(work, folder) {
  rmSync(join(work, 'deps', 'include'), { recursive: true, force: true });
  const libraries = readdirSync(join(work, 'deps', 'lib')).map((name) => join('deps', 'lib', name));
  const files = Object.fromEntries(
    [bindingFile, ...libraries].map((name) => [name, statSync(join(work, name)).size]),
  );
  /** @type {import('./cache.mjs').Manifest} */
  const manifest = { version: tensorflowVersion, node: process.version, files };
  writeFileSync(join(work, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of [bindingFile, 'manifest.json', '.']) await flush(join(work, name));
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
  await flush(dirname(folder));
}

/** @param {string} path a file, or a folder for the names in it */
async function flush(path) {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}

/** Turns what the system says of the cache's disk into a sentence. @param {unknown} error @param {string} folder */
function explain(error, folder) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  const cache = dirname(folder);
  if (code === 'ENOSPC')
    return new machine.SetupError('DISK_SPACE', `The disk that holds ${cache} is full: ${roomElsewhere}.`, {
      cause: error,
    });
  // Node says ENOENT of folders that cannot be made on a read-only disk.
  const refused = code === 'ENOENT' && !existsSync(cache);
  if (refused || (code !== undefined && ['EACCES', 'EROFS', 'EPERM', 'ENOTDIR'].includes(code)))
    return new machine.SetupError(
      'CACHE_FOLDER',
      `${cache} cannot be written: change its permissions, or put the cache elsewhere with XDG_CACHE_HOME.`,
      { cause: error },
    );
  return error;
}

/**
 * All that netspace needs of this machine, and what was found. Python, pip, compiler and make only matter until the library is
 * built, so without them a machine on which it loads is still well.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {machine.Finding[]}
 */
export function diagnose(env = process.env) {
  const library = findLibrary(env);
  const python = machine.findPython(env);
  const tools = [
    python,
    machine.findPip(env, python.command),
    machine.findCompiler(env),
    machine.findMake(env),
  ];
  const whole = isWhole(libraryFolder(env));
  return [
    findSystem(library),
    findNode(),
    ...tools.map(({ name, ok, found, advice }) => ({ name, ok: ok || library.ok, found, advice })),
    {
      name: 'pnpm',
      ok: true,
      found: machine.versionOf('pnpm', ['--version'], env) || 'not found, npx fetches it',
      advice: '',
    },
    {
      ...machine.findDisk(libraryFolder(env), whole ? roomToRun : roomToBuild, roomElsewhere),
      name: 'disk of the cache',
    },
    { name: 'cache', ok: true, found: describeCache(libraryFolder(env), whole), advice: '' },
    library,
    findKernels(env),
    findProcessor(),
    { name: 'cores', ok: true, found: `${availableParallelism()} of ${cpus().length}`, advice: '' },
    findMemory(),
    findBrowser(env),
  ];
}

/** Our own operations: training goes on without, and takes longer. @param {NodeJS.ProcessEnv} env @returns {machine.Finding} */
function findKernels(env) {
  const kind = bestKernelKind();
  const found =
    kind === undefined
      ? 'none for this processor'
      : existsSync(kernelFile(kind, env))
        ? kind
        : 'not in place, so training takes longer; node setup.mjs compiles them';
  return { name: 'kernels', ok: true, found, advice: '' };
}

/** Where the library loads all is well, whatever the index offers. @param {machine.Finding} library @returns {machine.Finding} */
function findSystem(library) {
  const found = `${platform()}-${arch()}${isTried() ? '' : ', on which nobody has tried netspace'}`;
  const well = { name: 'system', ok: true, found, advice: '' };
  if (library.ok) return well;
  try {
    chooseWheel();
    return well;
  } catch (error) {
    return { ...well, ok: false, advice: /** @type {Error} */ (error).message };
  }
}

/** Whether netspace is tested on systems like this one. */
export function isTried() {
  return platform() === 'linux' && arch() === 'x64';
}

/** @param {string} folder @param {boolean} whole */
function describeCache(folder, whole) {
  const cache = dirname(folder);
  const others = (existsSync(cache) ? readdirSync(cache) : []).filter(
    (name) => /^tensorflow-.*-tfjs-[\d.]+$/.test(name) && name !== basename(folder),
  );
  const rest = others.length === 0 ? '' : `; of other versions, to be removed by hand: ${others.join(', ')}`;
  return `${folder}${whole ? '' : ' (not there yet)'}${rest}`;
}

/** Whether TensorFlow loads from where tfjs-node looks for it. @param {NodeJS.ProcessEnv} env @returns {machine.Finding} */
function findLibrary(env) {
  const name = 'TensorFlow';
  const installed = installedPackage();
  if (installed === undefined)
    return { name, ok: false, found: 'packages are not installed', advice: `Install them: ${setUpAgain}` };
  if (statSync(join(installed, bindingFile), { throwIfNoEntry: false }) === undefined)
    return { name, ok: false, found: 'not in place', advice: `Put it in place: ${setUpAgain}` };
  try {
    const flag = env['TF_ENABLE_ONEDNN_OPTS'] ?? 'unset here, set for every worker';
    return {
      name,
      ok: true,
      found: `${loadVersion(join(installed, bindingFile), env)} (TF_ENABLE_ONEDNN_OPTS ${flag})`,
      advice: '',
    };
  } catch (error) {
    return { name, ok: false, found: 'does not load', advice: /** @type {Error} */ (error).message };
  }
}
