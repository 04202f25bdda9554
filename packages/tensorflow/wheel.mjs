/**
 * TensorFlow as Python's package index offers it: which wheel fits, and how it comes here whole.
 *
 * pip is the client; no address is written here. Linux on x64 is tested. Linux on arm64 and macOS on Apple silicon are
 * written from the index's own names and checksums, and nobody has run them yet.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { lastLines, run } from './command.mjs';
import { SetupError } from './machine.mjs';

export const tensorflowVersion = '2.21.0';

/**
 * @typedef {object} Wheel
 * @property {string} project its name in the index
 * @property {string} tag the platform, as pip names it
 * @property {string} sha256
 * @property {number} bytes of the file; only the display relies on it
 * @property {readonly string[]} libraries the files that are taken, besides the headers
 * @property {Readonly<Record<string, string>>} links further names that the binding looks for
 */
/** @typedef {(message: string) => void} Report tells the user what goes on now */
/** @typedef {(wheel: Wheel, folder: string) => Promise<string>} Fetch puts the wheel's file into the folder and returns its path */

/** How a folder begins into which a download goes. */
export const incomingPrefix = 'incoming-';

const elf = {
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  links: {
    'libtensorflow.so': 'libtensorflow_cc.so.2',
    'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
  },
};

/** @type {Readonly<Record<string, Wheel>>} */
const wheels = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    tag: 'manylinux_2_27_x86_64',
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    bytes: 274_000_871,
    ...elf,
  },
  'linux-arm64': {
    project: 'tensorflow',
    tag: 'manylinux_2_27_aarch64',
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    bytes: 281_946_471,
    ...elf,
  },
  'darwin-arm64': {
    project: 'tensorflow',
    tag: 'macosx_12_0_arm64',
    sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
    bytes: 223_488_205,
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
    links: { 'libtensorflow.2.dylib': 'libtensorflow_cc.2.dylib' },
  },
};

/**
 * The wheel for a kind of machine.
 * @param {string} platform @param {string} arch as Node names them
 * @param {{ glibc?: string | undefined, flags?: string | undefined }} [machine] version of the C library (none on musl) and the processor's flags
 */
export function wheelFor(platform, arch, { glibc = '', flags } = {}) {
  const wheel = wheels[`${platform}-${arch}`];
  if (wheel === undefined)
    throw new SetupError(
      'ARCHITECTURE',
      `TensorFlow ${tensorflowVersion} is not offered for ${platform}-${arch}: use one of ${Object.keys(wheels).join(', ')}${platform === 'win32' ? ' (on Windows, inside WSL)' : ''}.`,
    );
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  if (platform === 'linux' && (major < 2 || (major === 2 && minor < 27)))
    throw new SetupError(
      'C_LIBRARY',
      `TensorFlow ${tensorflowVersion} needs glibc 2.27 or newer, and this system has ${glibc === '' ? 'another C library (musl?)' : glibc}: use a newer Debian, Ubuntu or Fedora.`,
    );
  if (arch === 'x64' && flags !== undefined && !/\bavx\b/.test(flags))
    throw new SetupError(
      'ARCHITECTURE',
      `This processor has no AVX, without which TensorFlow ${tensorflowVersion} does not run: use a newer one.`,
    );
  return wheel;
}

/**
 * The wheel's file in `folder`, fetched unless it is there already. It gets its name only after its checksum was right, so an
 * interrupted download leaves nothing that looks whole.
 * @param {Wheel} wheel @param {string} folder @param {Fetch} fetch @param {Report} report
 */
export async function obtainWheel(wheel, folder, fetch, report) {
  const file = join(folder, `${wheel.project}-${tensorflowVersion}-${wheel.tag}.whl`);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size !== undefined) {
    report('checking the download');
    if ((await sha256(file)) === wheel.sha256) return file;
    rmSync(file);
  }
  await mkdir(folder, { recursive: true });
  const incoming = await mkdtemp(join(folder, incomingPrefix));
  try {
    const fetched = await fetch(wheel, incoming);
    report('checking the download');
    await checkSum(wheel, fetched);
    await flush(fetched);
    renameSync(fetched, file);
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
  return file;
}

/** @param {Wheel} wheel @param {string} file */
async function checkSum(wheel, file) {
  const found = await sha256(file);
  if (found === wheel.sha256) return;
  throw new SetupError(
    'CHECKSUM',
    `${basename(file)} has the SHA-256 ${found} instead of ${wheel.sha256}, so it was damaged or changed on its way: run this again, and if it stays so, look at pip's index settings (python3 -m pip config list).`,
  );
}

/**
 * Fetches with pip, whatever Python's own version is. pip tells its progress only to a terminal, so the size of the file that
 * grows is looked at instead.
 * @param {{ python: string, env: NodeJS.ProcessEnv, log: (text: string) => void, report: Report }} options
 * @returns {Fetch}
 */
export function pipFetch({ python, env, log, report }) {
  return async (wheel, folder) => {
    const temporary = join(folder, 'pip');
    await mkdir(temporary);
    const watch = setInterval(
      () => report(`downloading, ${megabytes(largestIn(folder))} of ${megabytes(wheel.bytes)} MB`),
      500,
    );
    try {
      const result = await run(python, pipParameters(wheel, folder), {
        log,
        env: { ...env, TMPDIR: temporary, PIP_NO_INPUT: '1', PIP_REQUIRE_VIRTUALENV: '0' },
      });
      if (result.code !== 0) throw pipError(wheel, result.output);
    } finally {
      clearInterval(watch);
    }
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw pipError(wheel, 'pip left no wheel behind');
    return join(folder, file);
  };
}

/** @param {Wheel} wheel @param {string} folder */
function pipParameters(wheel, folder) {
  const target = [
    '--python-version',
    '3.12',
    '--implementation',
    'cp',
    '--abi',
    'cp312',
    '--platform',
    wheel.tag,
  ];
  const quiet = ['--disable-pip-version-check', '--no-cache-dir', '--progress-bar', 'off'];
  const what = ['--no-deps', '--only-binary=:all:', ...target, '--dest', folder];
  return ['-m', 'pip', 'download', ...quiet, ...what, `${wheel.project}==${tensorflowVersion}`];
}

/** @param {Wheel} wheel @param {string} output */
export function pipError(wheel, output) {
  const name = `${wheel.project} ${tensorflowVersion}`;
  if (/no space left|errno 28/i.test(output))
    return new SetupError('DISK_SPACE', `The disk filled up while ${name} was downloaded: free some space.`, {
      output,
    });
  if (/Wheel .* is invalid|incomplete-download/.test(output))
    return new SetupError(
      'DOWNLOAD',
      `Only a part of ${name} came: check the network (and HTTPS_PROXY, where there is a proxy), then run this again.`,
      { output },
    );
  if (/connection|resolve|timed out|timeout|network|unreachable|proxy|ssl/i.test(output))
    return new SetupError(
      'NETWORK',
      `pip could not reach its package index to download ${name}: check the network (and HTTPS_PROXY, where there is a proxy), then run this again.`,
      { output },
    );
  return new SetupError(
    'DOWNLOAD',
    `pip could not download ${name} (${lastLines(output, 1)}): look at pip's index settings (python3 -m pip config list), then run this again.`,
    { output },
  );
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/** @param {string} file @returns {Promise<string>} in hexadecimal */
export async function sha256(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * pip removes files and folders of its own while we look: what is gone counts nothing.
 *
 * @param {string} folder @returns {number} bytes of the largest file below it
 */
export function largestIn(folder) {
  const sizes = entriesOf(folder).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return largestIn(path);
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  });
  return Math.max(0, ...sizes);
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** @param {string} file */
async function flush(file) {
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}
