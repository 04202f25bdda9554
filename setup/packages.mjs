/** Installs what the workspace depends on, by pnpm and exactly as the lockfile says. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lastLines, run } from '../packages/tensorflow/command.mjs';
import { demand, findDisk, findHeaders, SetupError, versionOf } from '../packages/tensorflow/machine.mjs';
import { keyOf, once } from './stamp.mjs';

/** @typedef {{ env: NodeJS.ProcessEnv, log: (text: string) => void, report: (message: string) => void, onPlaced: () => void }} Surroundings */

/** What the packages take on the disk, in bytes. */
const room = 0.7e9;

/**
 * Returns whether there was anything to do. `onPlaced` is called when all packages lie there, though one may still be compiling.
 * @param {string} root @param {string} stamps folder of the stamps @param {Surroundings} surroundings
 */
export async function installPackages(root, stamps, surroundings) {
  const file = join(stamps, 'packages');
  // A stamp proves nothing when somebody has removed a folder.
  if (missingPackages(root).length > 0) rmSync(file, { force: true });
  const done = await once(file, packagesKey(root), () => install(root, surroundings));
  surroundings.onPlaced();
  return done;
}

/** @param {string} root @param {Surroundings} surroundings */
async function install(root, surroundings) {
  if (!existsSync(join(root, 'node_modules', '.pnpm'))) demand([findDisk(root, room)], 'DISK_SPACE');
  const pnpm = findPnpm(root, surroundings.env);
  const parameters = [
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--config.confirmModulesPurge=false',
  ];
  const placed = (/** @type {string} */ line) => {
    if (/^Progress: .*, done$/.test(line) && missingPackages(root).length === 0) surroundings.onPlaced();
  };
  await runPnpm(root, [...pnpm, ...parameters], surroundings, placed);
  const [missing] = missingPackages(root);
  if (missing !== undefined)
    throw new SetupError(
      'PACKAGES',
      `pnpm has finished, but ${missing} is missing: remove node_modules and run this again.`,
    );
  // Built for another Node, or interrupted while it was built: pnpm takes it for installed.
  if (!sqliteLoads(root, surroundings.env))
    await runPnpm(root, [...pnpm, 'rebuild', 'better-sqlite3'], surroundings, () => {});
  if (!sqliteLoads(root, surroundings.env))
    throw new SetupError(
      'PACKAGES',
      'better-sqlite3 is installed but does not load: remove node_modules and run this again.',
    );
}

/** @param {string} root @param {readonly string[]} command @param {Surroundings} surroundings @param {(line: string) => void} placed */
async function runPnpm(root, [command = '', ...parameters], { env, log, report }, placed) {
  const headers = findHeaders();
  let total = '';
  const onLine = (/** @type {string} */ line) => {
    total = /^Packages: \+(\d+)/.exec(line)?.[1] ?? total;
    const added = /^Progress: .*added (\d+)/.exec(line)?.[1];
    if (added !== undefined) report(`${added} of ${total === '' ? '?' : total} packages`);
    if (/better-sqlite3.*install/.test(line)) report('compiling better-sqlite3, about a minute');
    placed(line);
  };
  const result = await run(command, parameters, {
    cwd: root,
    env: { ...env, ...(headers === undefined ? {} : { npm_config_nodedir: headers }) },
    log,
    onLine,
  });
  if (result.code !== 0) throw pnpmError(result.code, result.output);
}

/** The command for the very version that package.json names: at hand, or by npx. @param {string} root @param {NodeJS.ProcessEnv} env */
function findPnpm(root, env) {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  // Elsewhere than in the clone, where pnpm would answer for the version that it is told to be.
  if (`pnpm@${versionOf('pnpm', ['--version'], env, tmpdir())}` === wanted) return ['pnpm'];
  const beside = join(dirname(process.execPath), 'npx');
  return [existsSync(beside) ? beside : 'npx', '--yes', '--prefer-offline', wanted];
}

/** @param {number} code @param {string} output */
export function pnpmError(code, output) {
  const [kind, message] = explain(code, output);
  return new SetupError(kind, message, { output });
}

/** @param {number} code @param {string} output @returns {[string, string]} */
function explain(code, output) {
  if (code === 127)
    return [
      'NPM_MISSING',
      'npx is missing: install npm, which comes with Node (Debian: sudo apt install npm).',
    ];
  if (/ENOSPC|no space left/i.test(output))
    return ['DISK_SPACE', 'The disk filled up while packages were installed: free some space.'];
  const denied =
    /\b(?:EACCES|EROFS|EPERM|ENOENT)\b[^\n]* (?:mkdir|open|rename|copyfile)[^\n]* '([^']+)'/.exec(
      output,
    )?.[1];
  if (denied !== undefined)
    return [
      'HOME_FOLDER',
      `${denied} cannot be written: change its permissions, or set HOME to a folder of your own, below which npm and pnpm keep what they download.`,
    ];
  if (/OUTDATED_LOCKFILE/.test(output))
    return [
      'LOCKFILE',
      'pnpm-lock.yaml does not fit the package.json files: update it with npx pnpm install.',
    ];
  if (
    /find Python|not found: make|make: not found|(g\+\+|cc|c\+\+): (command )?not found|No such file.*(g\+\+|cc)/.test(
      output,
    )
  )
    return [
      'COMPILER_MISSING',
      'better-sqlite3 must be compiled, and Python, make or a C++ compiler is missing (Debian, Ubuntu: sudo apt install python3 make g++; macOS: xcode-select --install).',
    ];
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|META_FETCH_FAIL|network/i.test(output))
    return [
      'NETWORK',
      'The package registry cannot be reached: check the network (and HTTPS_PROXY, where there is a proxy), then run this again.',
    ];
  return ['PACKAGES', `pnpm could not install the packages (${firstComplaint(output)}).`];
}

/** npm ends with where its log lies, which tells nobody why. @param {string} output */
function firstComplaint(output) {
  const line = /^.*(?:ERR_PNPM_|npm error (?!code|syscall|path|errno)).*$/m.exec(output)?.[0];
  return line?.trim() ?? lastLines(output, 1);
}

/** better-sqlite3 is compiled for one release of Node. @param {string} root @param {NodeJS.ProcessEnv} env */
function sqliteLoads(root, env) {
  const script = "new (require('better-sqlite3'))(':memory:'); process.stdout.write('loads')";
  return versionOf(process.execPath, ['-e', script], env, join(root, 'packages', 'store')) === 'loads';
}

/** @param {string} root */
function packagesKey(root) {
  const texts = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) =>
    readFileSync(join(root, name), 'utf8'),
  );
  const wants = members(root).map((folder) => JSON.stringify(dependencies(folder)));
  return keyOf([...texts, ...wants, process.versions.modules, process.platform, process.arch]);
}

/** Dependencies that are not where Node would find them. @param {string} root */
export function missingPackages(root) {
  return members(root).flatMap((folder) =>
    Object.keys(dependencies(folder))
      .map((name) => join(folder, 'node_modules', name))
      .filter((path) => !existsSync(path)),
  );
}

/** Folders of the workspace's packages. @param {string} root */
function members(root) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  return ['.', ...packages, 'experiments', 'test']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

/** @param {string} folder @returns {Record<string, string>} */
function dependencies(folder) {
  const own = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { ...own.dependencies, ...own.devDependencies };
}
