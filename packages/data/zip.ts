/**
 * Reads zip archives in memory, as far as NumPy writes them: a directory at the end names every entry, which is stored or deflated
 * (PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). Archives above 4 GB (ZIP64) are not read.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import type { NamedFile } from './image-set.ts';

/** An archive that is torn, damaged or of a kind that is not read; the message names it. */
class ZipError extends Error {
  readonly code = 'zip';
}

interface Entry {
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
}

/** The entries of an archive by name; calling one unpacks it and checks its CRC-32. */
export function readZip({ name, bytes }: NamedFile): Map<string, () => Uint8Array> {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = content.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > content.length)
    throw new ZipError(`${name}: not a zip archive, or torn; write or copy it again`);
  const count = content.readUInt16LE(end + 10);
  const directory = content.readUInt32LE(end + 16);
  if (count === 0xffff || directory === 0xffffffff)
    throw new ZipError(`${name}: an archive of more than 4 GB is not read; make a folder of images of it`);
  const entries = new Map<string, () => Uint8Array>();
  let at = directory;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || content.readUInt32LE(at) !== 0x02014b50)
      throw new ZipError(
        `${name}: damaged: its directory is broken at entry ${i + 1}; write or copy it again`,
      );
    const length = content.readUInt16LE(at + 28);
    const entry = content.toString('utf8', at + 46, at + 46 + length);
    const facts: Entry = {
      method: content.readUInt16LE(at + 10),
      checksum: content.readUInt32LE(at + 16),
      packed: content.readUInt32LE(at + 20),
      size: content.readUInt32LE(at + 24),
      offset: content.readUInt32LE(at + 42),
    };
    entries.set(entry, () => readEntry(content, facts, `${name}: ${entry}`));
    at += 46 + length + content.readUInt16LE(at + 30) + content.readUInt16LE(at + 32);
  }
  return entries;
}

function readEntry(content: Buffer, entry: Entry, where: string): Uint8Array {
  const damaged = (what: string, cause?: unknown) =>
    new ZipError(`${where}: damaged: ${what}; write or copy the file again`, { cause });
  const { offset, packed, method } = entry;
  if (offset + 30 > content.length || content.readUInt32LE(offset) !== 0x04034b50)
    throw damaged('its header is broken');
  if (method !== 0 && method !== 8)
    throw new ZipError(
      `${where}: compression method ${method} is not read; write the file with np.savez or np.savez_compressed`,
    );
  const start = offset + 30 + content.readUInt16LE(offset + 26) + content.readUInt16LE(offset + 28);
  if (start + packed > content.length) throw damaged('it is torn');
  const body = content.subarray(start, start + packed);
  const values = method === 0 ? body : inflate(body, damaged);
  if (values.length !== entry.size || crc32(values) !== entry.checksum)
    throw damaged('its content does not match its checksum');
  return values;
}

function inflate(body: Uint8Array, damaged: (what: string, cause: unknown) => Error): Uint8Array {
  try {
    return inflateRawSync(body);
  } catch (error) {
    throw damaged('it cannot be inflated', error);
  }
}
