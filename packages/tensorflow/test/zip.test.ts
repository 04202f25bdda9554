/** Archives made by Python's zipfile, read by us: whole, with every trick of the format that wheels use, and damaged. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { extract, listEntries } from '../zip.mjs';

const folder = mkdtempSync(join(tmpdir(), 'netspace-zip-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets Python write an archive `z`; returns its path. */
function archive(name: string, ...statements: string[]): string {
  const path = join(folder, name);
  const script = [
    'import sys, zipfile',
    'z = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)',
    ...statements,
    'z.close()',
  ];
  execFileSync('python3', ['-c', script.join('\n'), path]);
  return path;
}

/** All contents, as the reader writes them to files. */
async function contents(path: string): Promise<Record<string, Buffer>> {
  const target = mkdtempSync(join(folder, 'out-'));
  await extract(path, (name) => join(target, name));
  const names = (await listEntries(path)).map(({ name }) => name).filter((name) => !name.endsWith('/'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(target, name))]));
}

describe('a zip archive', () => {
  it('gives back small and large, stored and deflated, empty and non-ASCII entries', async () => {
    const path = archive(
      'whole.zip',
      'z.writestr("a/", b"")',
      'z.writestr("a/small.txt", b"small")',
      'z.writestr("a/ü.txt", "ü".encode())',
      'z.writestr("empty", b"")',
      'z.writestr("stored", b"as it is", zipfile.ZIP_STORED)',
      'z.writestr("large", bytes(range(256)) * 40000)',
      'z.writestr("large stored", bytes(range(256)) * 40000, zipfile.ZIP_STORED)',
      'z.comment = b"PK are two letters"',
    );
    const found = await contents(path);
    const large = Buffer.concat(
      Array.from({ length: 40000 }, () => Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i))),
    );
    expect(found['a/small.txt']?.toString()).toBe('small');
    expect(found['a/ü.txt']?.toString()).toBe('ü');
    expect(found['empty']?.length).toBe(0);
    expect(found['stored']?.toString()).toBe('as it is');
    expect(found['large']?.equals(large)).toBe(true);
    expect(found['large stored']?.equals(large)).toBe(true);
  });

  it('is read though its writer knew no sizes in advance', async () => {
    const path = join(folder, 'streamed.zip');
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.stdout.buffer, "w", zipfile.ZIP_DEFLATED)\nz.writestr("a", b"streamed")\nz.close()';
    writeFileSync(path, execFileSync('python3', ['-c', script]));
    // Bit 3 of the flags: the sizes follow the content.
    expect(readFileSync(path).readUInt16LE(6) & 8).toBe(8);
    expect((await contents(path))['a']?.toString()).toBe('streamed');
  });

  it('tells as many bytes as it writes', async () => {
    const path = archive(
      'bytes.zip',
      'z.writestr("a", b"12345")',
      'z.writestr("b", bytes(5 << 20))',
      'z.writestr("c", b"not wanted")',
    );
    let bytes = 0;
    await extract(
      path,
      (name) => (name === 'c' ? undefined : join(folder, `bytes-${name}`)),
      (more) => (bytes += more),
    );
    expect(bytes).toBe(5 + (5 << 20));
  });
});

describe('a damaged archive', () => {
  const whole = () =>
    readFileSync(
      archive(
        'damage.zip',
        'z.writestr("small", b"abc" * 99)',
        'z.writestr("large", bytes(range(256)) * 40000)',
      ),
    );

  it.each([
    {
      damage: 'its end is cut off',
      change: (bytes: Buffer) => bytes.subarray(0, bytes.length - 30),
      message: /no zip archive, or is cut off|cut off/,
    },
    { damage: 'it is empty', change: () => Buffer.alloc(0), message: /no zip archive/ },
    {
      damage: 'a byte of a small entry is another',
      change: (bytes: Buffer) => flip(bytes, 36),
      message: /small: its content/,
    },
    {
      damage: 'a byte of a large entry is another',
      change: (bytes: Buffer) => flip(bytes, bytes.length - 1500),
      message: /large: its content/,
    },
    {
      damage: 'its directory is overwritten',
      change: (bytes: Buffer) => flip(bytes, bytes.lastIndexOf('PK\x01\x02')),
      message: /entry 2 of its directory is damaged/,
    },
  ])('is refused when $damage', async ({ change, message }) => {
    const path = join(folder, 'damaged.zip');
    writeFileSync(path, change(whole()));
    await expect(contents(path)).rejects.toThrow(message);
  });

  it.each(['../outside', '/absolute', 'a/../../outside'])(
    'is refused when it would write to %s',
    async (name) => {
      const path = archive('outside.zip', `z.writestr("${name}", b"")`);
      await expect(listEntries(path)).rejects.toThrow(/leaves the archive/);
    },
  );
});

/** Changes one byte. */
function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 0xff, at);
  return changed;
}
