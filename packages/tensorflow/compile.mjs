/** Compiles tfjs-node's binding against TensorFlow's headers: with node-pre-gyp, as the package itself does. */
import { copyFileSync, cpSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bindingFile } from './cache.mjs';
import { lastLines, run } from './command.mjs';
import { findHeaders, SetupError, versionOf } from './machine.mjs';

/** @typedef {{ env: NodeJS.ProcessEnv, log: (text: string) => void, python: string, compiler: string }} Tools */

/**
 * Compiles tfjs-node's binding against the unpacked headers, in a copy of the package's sources.
 * @param {string} source @param {string} work
 * @param {Tools} tools
 * @param {(message: string) => void} report
 */
export async function buildBinding(source, work, tools, report) {
  report('compiling the binding');
  const build = mkdtempSync(join(tmpdir(), 'netspace-binding-'));
  try {
    await compile(source, work, build, tools);
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
  if (platform() === 'darwin') adjustForMac(join(work, bindingFile), tools.env);
}

/**
 * In a folder for temporary files, since the makefiles that gyp writes fail where a path has a space in it.
 * @param {string} source @param {string} work @param {string} build @param {Tools} tools
 */
async function compile(source, work, build, tools) {
  cpSync(join(source, 'binding'), join(build, 'binding'), { recursive: true });
  for (const name of ['binding.gyp', 'package.json']) copyFileSync(join(source, name), join(build, name));
  symlinkSync(join(work, 'deps'), join(build, 'deps'));
  const builder = dirname(
    createRequire(join(source, 'package.json')).resolve('@mapbox/node-pre-gyp/package.json'),
  );
  const result = await run(
    process.execPath,
    [join(builder, 'bin', 'node-pre-gyp'), 'install', '--build-from-source'],
    {
      cwd: build,
      env: buildEnvironment(tools),
      log: tools.log,
    },
  );
  if (result.code !== 0 || !statSync(join(build, bindingFile), { throwIfNoEntry: false }))
    throw buildError(result.output);
  cpSync(join(build, 'lib'), join(work, 'lib'), { recursive: true });
}

/** @param {Tools} tools */
function buildEnvironment({ env, python, compiler }) {
  const headers = findHeaders();
  return {
    ...env,
    ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
    npm_config_python: python,
    CXX: compiler,
    JOBS: '2',
  };
}

/** @param {string} output */
function buildError(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network/i.test(output))
    return new SetupError(
      'NETWORK',
      `node-gyp could not download Node's headers: check the network, or set npm_config_nodedir to the folder whose include/node holds the headers of Node ${process.versions.node}.`,
      { output },
    );
  return new SetupError('BUILD', `tfjs-node's binding does not compile here (${lastError(output)}).`, {
    output,
  });
}

/** @param {string} output */
function lastError(output) {
  return /^.*\b(?:fatal )?error: .*$/m.exec(output)?.[0].trim() ?? lastLines(output, 1);
}

/** The wheel's libraries name themselves by @rpath, and the binding has none on macOS (never run so far). @param {string} binding @param {NodeJS.ProcessEnv} env */
function adjustForMac(binding, env) {
  versionOf('install_name_tool', ['-add_rpath', '@loader_path/../../deps/lib', binding], env);
}
