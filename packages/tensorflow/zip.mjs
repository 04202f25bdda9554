/**
 * Reads zip archives, of which a Python wheel is one, with nothing but what Node brings.
 *
 * The format is PKWARE's APPNOTE 6.3: a directory at the end names every entry and where its local header lies (sections 4.3.7,
 * 4.3.12, 4.3.16). Large entries are inflated as a stream, so memory stays small.
 */
import { createWriteStream, mkdirSync, readSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';

/**
 * @typedef {object} Entry
 * @property {string} name path inside the archive, with slashes; a folder's ends with one
 * @property {number} method 0 stored, 8 deflated
 * @property {number} checksum CRC-32 of the content
 * @property {number} packed bytes in the archive
 * @property {number} size bytes of the content
 * @property {number} offset of the local header
 */
/** @typedef {import('node:fs/promises').FileHandle} FileHandle */

/** The archive is cut off, damaged or of a kind that this reader does not know. */
class ZipError extends Error {
  code = 'ZIP';
}

/**
 * Up to this size an entry is inflated in memory and at once, in bytes: thousands of small headers come three times as fast as
 * with streams or promises. After so many of them others get their turn.
 */
const inMemory = 4 << 20;
const atOnce = 100;

/**
 * Writes the entries that `target` gives a path to, and flushes the large ones to the disk. `onBytes` hears the bytes written.
 * @param {string} archive
 * @param {(name: string) => string | undefined} target
 * @param {(bytes: number) => void} [onBytes]
 */
export async function extract(archive, target, onBytes = () => {}) {
  const file = await open(archive, 'r');
  try {
    let small = 0;
    for (const entry of readDirectory(file, (await file.stat()).size, archive)) {
      const path = entry.name.endsWith('/') ? undefined : target(entry.name);
      if (path === undefined) continue;
      mkdirSync(dirname(path), { recursive: true });
      if (entry.size > inMemory) await extractLarge(file, entry, path, onBytes);
      else extractSmall(file, entry, path, onBytes);
      if (++small % atOnce === 0) await turn();
    }
  } finally {
    await file.close();
  }
}

/** @param {string} archive @returns {Promise<readonly Entry[]>} in the order of the archive's directory */
export async function listEntries(archive) {
  const file = await open(archive, 'r');
  try {
    return readDirectory(file, (await file.stat()).size, archive);
  } finally {
    await file.close();
  }
}

/** @param {FileHandle} file @param {number} size @param {string} archive @returns {Entry[]} */
function readDirectory(file, size, archive) {
  // The end record has 22 bytes and up to 65,535 of comment behind them.
  const tail = read(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > tail.length) throw new ZipError(`${archive} is no zip archive, or is cut off`);
  const count = tail.readUInt16LE(end + 10);
  const offset = tail.readUInt32LE(end + 16);
  if (count === 0xffff || offset === 0xffffffff)
    throw new ZipError(`${archive} is a ZIP64 archive, which is not read here`);
  return parseDirectory(read(file, offset, tail.readUInt32LE(end + 12)), count, archive);
}

/** @param {Buffer} directory @param {number} count @param {string} archive */
function parseDirectory(directory, count, archive) {
  /** @type {Entry[]} */
  const entries = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw new ZipError(`${archive}: entry ${index + 1} of its directory is damaged`);
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if (isAbsolute(name) || name.split('/').includes('..') || name.includes('\\'))
      throw new ZipError(`${archive}: the path ${JSON.stringify(name)} leaves the archive`);
    entries.push({
      name,
      method: directory.readUInt16LE(at + 10),
      checksum: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the content begins: name and extra field of the local header may be longer than the directory's. @param {FileHandle} file @param {Entry} entry */
function contentStart(file, entry) {
  const header = read(file, entry.offset, 30);
  if (header.readUInt32LE(0) !== 0x04034b50) throw new ZipError(`${entry.name}: its local header is damaged`);
  if (entry.method !== 0 && entry.method !== 8)
    throw new ZipError(`${entry.name}: compression method ${entry.method} is not known`);
  return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** @param {FileHandle} file @param {Entry} entry @param {string} path @param {(bytes: number) => void} onBytes */
function extractSmall(file, entry, path, onBytes) {
  const packed = read(file, contentStart(file, entry), entry.packed);
  const content = entry.method === 0 ? packed : inflate(packed, entry);
  checkContent(entry, content.length, crc32(content));
  writeFileSync(path, content);
  onBytes(content.length);
}

/** @param {Buffer} packed @param {Entry} entry */
function inflate(packed, entry) {
  try {
    return inflateRawSync(packed);
  } catch (cause) {
    throw new ZipError(`${entry.name}: its content is damaged`, { cause });
  }
}

/** @param {FileHandle} file @param {Entry} entry @param {string} path @param {(bytes: number) => void} onBytes */
async function extractLarge(file, entry, path, onBytes) {
  const start = contentStart(file, entry);
  let size = 0;
  let checksum = 0;
  const watch = new Transform({
    transform(chunk, _, done) {
      size += chunk.length;
      checksum = crc32(chunk, checksum);
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  const source = file.createReadStream({
    start,
    end: start + entry.packed - 1,
    autoClose: false,
    highWaterMark: 1 << 20,
  });
  const unpack = entry.method === 0 ? [] : [createInflateRaw({ chunkSize: 1 << 20 })];
  try {
    await pipeline([source, ...unpack, watch, createWriteStream(path, { flush: true })]);
  } catch (cause) {
    if (/** @type {NodeJS.ErrnoException} */ (cause).code?.startsWith('Z_'))
      throw new ZipError(`${entry.name}: its content is damaged`, { cause });
    throw cause;
  }
  checkContent(entry, size, checksum);
}

/** @param {Entry} entry @param {number} size @param {number} checksum */
function checkContent(entry, size, checksum) {
  if (size !== entry.size || checksum !== entry.checksum)
    throw new ZipError(`${entry.name}: its content does not match its checksum`);
}

/** @param {FileHandle} file @param {number} position @param {number} length */
function read(file, position, length) {
  const buffer = Buffer.alloc(length);
  if (readSync(file.fd, buffer, 0, length, position) < length) throw new ZipError('the archive is cut off');
  return buffer;
}
