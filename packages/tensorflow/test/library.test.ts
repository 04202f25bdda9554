/** The set-up of the library against kill -9 at every step, two at once, a damaged cache and folders that cannot be written. */
import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isWhole, libraryFolder, linkLibrary } from '../cache.mjs';
import { diagnose, installLibrary } from '../library.mjs';
import { sha256 } from '../wheel.mjs';

const program = fileURLToPath(new URL('interrupted-install.mjs', import.meta.url));

let folder = '';
let checksum = '';

/** A wheel of the right shape, and a package whose "compiler" writes a file. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netspace-library-test-'));
  const write = [
    'import sys, zipfile',
    'z = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)',
    'z.writestr("tensorflow/libtensorflow_cc.so.2", bytes(range(256)) * 30000)',
    'z.writestr("tensorflow/libtensorflow_framework.so.2", b"framework")',
    'z.writestr("tensorflow/include/tensorflow/c/c_api.h", b"// header")',
    'z.writestr("tensorflow/python/not_needed.py", b"pass")',
    'z.close()',
  ];
  execFileSync('python3', ['-c', write.join('\n'), join(folder, 'made-up.whl')]);
  checksum = await sha256(join(folder, 'made-up.whl'));
  const builder = join(folder, 'sources', 'node_modules', '@mapbox', 'node-pre-gyp');
  mkdirSync(join(builder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'sources', 'binding'));
  writeFileSync(join(folder, 'sources', 'binding.gyp'), '{}');
  writeFileSync(join(folder, 'sources', 'package.json'), '{}');
  writeFileSync(join(builder, 'package.json'), '{}');
  writeFileSync(
    join(builder, 'bin', 'node-pre-gyp'),
    `const fs = require('fs');
    fs.readFileSync('deps/include/tensorflow/c/c_api.h');
    fs.readFileSync('deps/lib/libtensorflow.so');
    fs.mkdirSync('lib/napi-v8', { recursive: true });
    fs.writeFileSync('lib/napi-v8/tfjs_binding.node', 'binding');`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = () => ({ ...process.env, XDG_CACHE_HOME: join(folder, 'a cache') });
const library = () => libraryFolder(environment());
const timesFetched = () => readFileSync(join(folder, 'fetched'), 'utf8').length;

/** Runs the set-up as a process of its own. */
function install(dieAt = ''): Promise<{ code: number | null; signal: string | null; said: string }> {
  const child = spawn(process.execPath, [program, folder, checksum, dieAt], { env: environment() });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, said })));
}

describe('a set-up that is killed', () => {
  it.each([
    { at: 'downloading', fetches: 2, why: 'half a file must not pass for the wheel' },
    { at: 'checking', fetches: 2, why: 'an unchecked file must not pass for the wheel' },
    { at: 'unpacking', fetches: 1, why: 'the checked wheel is kept' },
    { at: 'waiting for the packages', fetches: 1, why: 'all is unpacked, nothing built' },
    { at: 'compiling', fetches: 1, why: 'the compiler has left files behind' },
    { at: 'loading', fetches: 1, why: 'all is there but its name' },
  ])('while $at leaves nothing half-made, and the next one succeeds: $why', async ({ at, fetches }) => {
    expect((await install(at)).signal).toBe('SIGKILL');
    expect(isWhole(library())).toBe(false);
    expect(await install()).toMatchObject({ code: 0 });
    expect(isWhole(library())).toBe(true);
    expect(timesFetched()).toBe(fetches);
    expect(readdirSync(join(folder, 'a cache', 'netspace'))).toEqual([library().split('/').at(-1)]);
  });
});

describe('the library in the cache', () => {
  it('holds the libraries, their links and the binding, and no headers', async () => {
    expect(await install()).toMatchObject({ code: 0, said: '' });
    expect(readdirSync(join(library(), 'deps'))).toEqual(['lib']);
    expect(readFileSync(join(library(), 'deps', 'lib', 'libtensorflow.so')).length).toBe(256 * 30000);
    expect(readFileSync(join(library(), 'lib', 'napi-v8', 'tfjs_binding.node'), 'utf8')).toBe('binding');
  });

  it('is made once when two set-ups run at once', async () => {
    const both = await Promise.all([install(), install()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(timesFetched()).toBe(1);
  });

  it('is fetched once for two clones', async () => {
    await install();
    await install();
    expect(timesFetched()).toBe(1);
  });

  it('is made again when one of its files was cut off', async () => {
    await install();
    writeFileSync(join(library(), 'deps', 'lib', 'libtensorflow_cc.so.2'), 'cut');
    expect(isWhole(library())).toBe(false);
    expect(await install()).toMatchObject({ code: 0 });
    expect(isWhole(library())).toBe(true);
  });

  it('takes the place of what an installed package holds', async () => {
    await install();
    const installed = join(folder, 'installed');
    mkdirSync(join(installed, 'deps', 'lib'), { recursive: true });
    writeFileSync(join(installed, 'deps', 'lib', 'libtensorflow_cc.so.2'), 'old');
    for (let time = 0; time < 2; time++) linkLibrary(library(), installed);
    expect(existsSync(join(installed, 'lib', 'napi-v8', 'tfjs_binding.node'))).toBe(true);
    expect(readFileSync(join(installed, 'deps', 'lib', 'libtensorflow_framework.so.2'), 'utf8')).toBe(
      'framework',
    );
  });
});

describe('a set-up that cannot go on', () => {
  const source = async () => join(folder, 'sources');

  it('says which folder cannot be written', async () => {
    writeFileSync(join(folder, 'a file'), '');
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'a file') };
    await expect(installLibrary({ source, env })).rejects.toMatchObject({
      code: 'CACHE_FOLDER',
      message: expect.stringContaining(join(folder, 'a file', 'netspace')),
    });
  });

  it('says that the disk is full', async () => {
    const fetch = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    await expect(installLibrary({ source, env: environment(), fetch })).rejects.toMatchObject({
      code: 'DISK_SPACE',
      message: expect.stringMatching(/is full: free some space/),
    });
  });

  it('names all missing programs at once, before it downloads anything', async () => {
    const env = { ...environment(), PATH: '', PYTHON: '', CXX: '' };
    const fetch = () => Promise.reject(new Error('it has downloaded'));
    await expect(installLibrary({ source, env, fetch })).rejects.toMatchObject({
      code: 'PYTHON_MISSING',
      message: expect.stringMatching(/Python.*\n.*C\+\+ compiler.*\n.*[Mm]ake/),
    });
  });

  it('says what the compiler said first', async () => {
    const builder = join(folder, 'sources', 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
    writeFileSync(builder, `console.error('a.cc:3:1: fatal error: no x.h'); process.exit(1);`);
    const { code, said } = await install();
    expect(code).toBe(1);
    expect(said).toMatch("tfjs-node's binding does not compile here (a.cc:3:1: fatal error: no x.h)");
  });
});

describe('the doctor', () => {
  it('finds this machine able, with versions, and gives advice to none of it', () => {
    const findings = diagnose();
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.find(({ name }) => name === 'TensorFlow')?.found).toMatch(/^2\.21\.0/);
    expect(findings.find(({ name }) => name === 'Node')?.found).toBe(process.versions.node);
    for (const { advice } of findings) expect(advice).toBe('');
  });

  it('names libraries of other versions in the cache, which nothing uses any more', () => {
    mkdirSync(join(folder, 'a cache', 'netspace', 'tensorflow-2.18.0-linux-x64-tfjs-4.22.0'), {
      recursive: true,
    });
    const cache = diagnose(environment()).find(({ name }) => name === 'cache');
    expect(cache?.found).toMatch(/ to be removed by hand: tensorflow-2\.18\.0-linux-x64-tfjs-4\.22\.0$/);
  });

  it('calls a machine without a compiler well as long as the library loads', () => {
    const compiler = diagnose({ ...process.env, PATH: '', CXX: '' }).find(
      ({ name }) => name === 'C++ compiler',
    );
    expect(compiler).toMatchObject({ ok: true, found: 'not found' });
  });
});
