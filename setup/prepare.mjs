/**
 * The set-up: packages and library at once, then what builds on them.
 *
 * packages (pnpm) ─► build (tsc) ──────────────┐
 *          └─────► binding ─► library ─► links ┴─► load ─► kernels
 * wheel ─ unpack ───┘
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  bindingFile,
  installedPackage,
  isWhole,
  libraryFolder,
  linkLibrary,
  proveVersion,
} from '../packages/tensorflow/cache.mjs';
import { installKernels } from '../packages/tensorflow/kernel-build.mjs';
import { chooseWheel, installLibrary, isTried } from '../packages/tensorflow/library.mjs';
import { SetupError } from '../packages/tensorflow/machine.mjs';
import { buildPackages } from './build.mjs';
import { installPackages } from './packages.mjs';
import { keyOf, once } from './stamp.mjs';

/**
 * @typedef {object} Preparation
 * @property {string} root
 * @property {string} stamps folder of the stamps
 * @property {import('./progress.mjs').Progress} progress
 * @property {(text: string) => void} log
 * @property {boolean} build whether to compile the packages too
 */

/**
 * Brings the clone to where everything runs; what is done already takes no time. Fails with the first step that fails: the others
 * are then still running.
 * @param {Preparation} preparation
 */
export async function prepare(preparation) {
  const { root, stamps, progress, log } = preparation;
  // Where TensorFlow is not offered at all, nothing needs to be downloaded to say so.
  if (!isWhole(libraryFolder())) chooseWheel();
  if (!isTried())
    progress.say('netspace is tested on Linux on x64 alone: what fails here, nobody has seen yet');
  const { placed, finished } = startPackages(preparation);
  const library = stage(preparation, 'TensorFlow', (report) => placeLibrary(preparation, placed, report));
  const build = preparation.build
    ? stage(preparation, 'build', async (report) => {
        report('waiting for the packages');
        await placed;
        report('compiling');
        return buildPackages(root, stamps, log);
      })
    : undefined;
  await Promise.all([finished, library, build]);
}

/** Installs the packages; `placed` is kept as soon as all lie there, while better-sqlite3 is still being compiled. @param {Preparation} preparation */
function startPackages(preparation) {
  const { root, stamps, log } = preparation;
  /** @type {Promise<void>[]} */
  const finished = [];
  /** @type {Promise<void>} */
  const placed = new Promise((resolve, reject) => {
    const installed = stage(preparation, 'packages', (report) =>
      installPackages(root, stamps, { env: process.env, log, report, onPlaced: resolve }),
    );
    installed.catch(reject);
    finished.push(installed);
  });
  return { placed, finished: Promise.all(finished) };
}

/** @param {Preparation} preparation @param {Promise<void>} placed @param {(message: string) => void} report */
async function placeLibrary({ stamps, log }, placed, report) {
  const source = async () => {
    await placed;
    const installed = installedPackage();
    if (installed === undefined)
      throw new SetupError('PACKAGES', 'tfjs-node is not installed: remove node_modules and run this again.');
    return installed;
  };
  const folder = await installLibrary({ source, report, log });
  report('waiting for the packages');
  const installed = await source();
  linkLibrary(folder, installed);
  const binding = join(installed, bindingFile);
  const key = keyOf([folder, process.version, String(statSync(binding).mtimeMs)]);
  const proven = await once(join(stamps, 'library'), key, async () => {
    report('loading it');
    await proveVersion(binding, { log });
  });
  return (await installKernels(folder, { report, log })) || proven;
}

/**
 * Runs one step of the display. A step that had nothing to do is not mentioned.
 * @param {Preparation} preparation @param {string} name @param {(report: (message: string) => void) => Promise<boolean>} work
 */
async function stage({ progress }, name, work) {
  const step = progress.begin(name);
  try {
    if (await work(step.report)) step.done();
    else step.skip();
  } catch (error) {
    step.fail();
    throw error;
  }
}
