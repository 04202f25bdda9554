/** Compiles all packages and builds the dashboard's pages, unless no source has changed since. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, run } from '../packages/tensorflow/command.mjs';
import { SetupError } from '../packages/tensorflow/machine.mjs';
import { keyOf, once } from './stamp.mjs';

/**
 * Returns whether there was anything to do.
 * @param {string} root @param {string} stamps folder of the stamps @param {(text: string) => void} log
 */
export function buildPackages(root, stamps, log) {
  const file = join(stamps, 'build');
  const packages = [
    ...readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name)),
    join(root, 'experiments'),
  ];
  // A stamp proves nothing when somebody has removed what was compiled.
  if (!packages.every((folder) => existsSync(join(folder, 'dist', '.tsbuildinfo'))))
    rmSync(file, { force: true });
  const pages = join(root, 'packages', 'dashboard', 'web');
  const studies = ['findings', 'calibration'].map((name) => join(root, 'experiments', name));
  const sources = [root, join(root, 'test'), join(root, 'setup'), pages, ...studies, ...packages].flatMap(
    describe,
  );
  return once(file, keyOf(sources), () => compile(root, log));
}

/** @param {string} root @param {(text: string) => void} log */
async function compile(root, log) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = await run(process.execPath, [compiler, '-b'], { cwd: root, log });
  if (result.code === 0) return bundle(root, log);
  const first = /^\S+\(\d+,\d+\): error .*$/m.exec(result.output)?.[0] ?? lastLines(result.output, 1);
  throw new SetupError('TYPES', `The packages do not compile: ${first}`, result);
}

/** The dashboard's pages. @param {string} root @param {(text: string) => void} log */
async function bundle(root, log) {
  const result = await run(process.execPath, [join(root, 'packages', 'dashboard', 'bundle.mjs')], {
    cwd: root,
    log,
  });
  if (result.code === 0) return;
  throw new SetupError(
    'PAGES',
    `The dashboard's pages cannot be built: ${lastLines(result.output, 3)}`,
    result,
  );
}

/** Names, sizes and times of a folder's sources. @param {string} folder @returns {string[]} */
function describe(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|json|css|html)$/.test(entry.name))
    .map(({ name }) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${join(folder, name)} ${size} ${mtimeMs}`;
    });
}
