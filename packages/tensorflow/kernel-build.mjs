/**
 * Compiles the kernels against the library that is in place.
 *
 * A file gets its name only when it has loaded, so that what is interrupted leaves nothing that looks whole. Two at once make the same file.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { bindingFile } from './cache.mjs';
import { lastLines, run } from './command.mjs';
import { kernelFile, kernelFlags, kernelKinds, kernelSources } from './kernel-files.mjs';
import { findCompiler } from './machine.mjs';
import { bestKernelKind } from './processor.mjs';

/** @typedef {import('./kernel-files.mjs').KernelKind} KernelKind */
/**
 * @typedef {object} KernelOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(message: string) => void} [report] hears what goes on now
 * @property {(text: string) => void} [log] hears all that the compiler says
 */

/**
 * Makes the files that are missing. Whether there was anything to do. What does not compile is told and left out: training works
 * without, with TensorFlow's own operations, and takes longer.
 * @param {string} library the folder of the native library @param {KernelOptions} [options]
 */
export async function installKernels(library, { env = process.env, report = () => {}, log = () => {} } = {}) {
  const missing = kernelKinds().filter((kind) => !existsSync(kernelFile(kind, env)));
  if (missing.length === 0) return false;
  report('compiling the kernels');
  const compiler = findCompiler(env);
  const failures = await Promise.all(
    missing.map((kind) =>
      compiler.ok ? makeKernels(kind, library, compiler.command, { env, log }) : compiler.advice,
    ),
  );
  const [failure] = failures.filter((each) => each !== '');
  if (failure !== undefined)
    report(`the kernels do not compile here, so training will take longer (${failure})`);
  return true;
}

/**
 * What went wrong, empty when nothing did.
 * @param {KernelKind} kind @param {string} library @param {string} compiler
 * @param {{ env: NodeJS.ProcessEnv, log: (text: string) => void }} options
 */
async function makeKernels(kind, library, compiler, { env, log }) {
  const file = kernelFile(kind, env);
  const work = `${file}.${process.pid}.tmp.node`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const framework = join(library, 'deps', 'lib', frameworkName());
    const parameters = [
      ...kernelFlags(kind),
      '-o',
      work,
      join(kernelSources, 'operations.cc'),
      framework,
      '-pthread',
    ];
    const { code, output } = await run(compiler, parameters, { env, log });
    if (code !== 0) return lastLines(output, 1);
    if (kind === bestKernelKind()) {
      const proof = await prove(work, library, { env, log });
      if (proof !== '') return proof;
    }
    renameSync(work, file);
    return '';
  } catch (error) {
    return String(error);
  } finally {
    rmSync(work, { force: true });
  }
}

/** Loads them in a process of its own. @param {string} file @param {string} library @param {{ env: NodeJS.ProcessEnv, log: (text: string) => void }} options */
async function prove(file, library, { env, log }) {
  const script = 'require(process.argv[1]); require(process.argv[2]); console.log("kernels load")';
  const words = ['-e', script, join(library, bindingFile), file];
  const { output } = await run(process.execPath, words, { env: { ...env, TF_CPP_MIN_LOG_LEVEL: '2' }, log });
  return output.includes('kernels load') ? '' : lastLines(output, 1);
}

function frameworkName() {
  return platform() === 'darwin' ? 'libtensorflow_framework.2.dylib' : 'libtensorflow_framework.so.2';
}
