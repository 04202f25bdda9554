/** Reads tar archives (POSIX ustar): 512-byte headers, each followed by the file's bytes, filled up to a multiple of 512. */
import { unpack } from './idx.ts';
import type { NamedFile } from './image-set.ts';

/** An archive that is torn or none; the message names it. */
class TarError extends Error {
  readonly code = 'tar';
}

const block = 512;

/** The plain files of an archive, gzipped or not, by the last part of their names. */
export function readTar({ name, bytes }: NamedFile): Map<string, NamedFile> {
  const content = unpack(bytes, name);
  const files = new Map<string, NamedFile>();
  let at = 0;
  // Two blocks of zeros end an archive; the first of them is enough.
  while (at + block <= content.length && content[at] !== 0) {
    const header = content.subarray(at, at + block);
    checkHeader(header, name);
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    const path = textAt(header, 0, 100);
    const start = at + block;
    if (start + size > content.length)
      throw new TarError(`${name}: torn within ${path}; fetch or copy the archive again`);
    const type = header[156];
    if (type === 0 || type === 0x30)
      files.set(path.slice(path.lastIndexOf('/') + 1), {
        name: `${name}/${path}`,
        bytes: content.subarray(start, start + size),
      });
    at = start + Math.ceil(size / block) * block;
  }
  return files;
}

/** The checksum is the sum of the header's bytes, those of the checksum itself counted as spaces. */
function checkHeader(header: Uint8Array, name: string): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== Number.parseInt(textAt(header, 148, 8), 8))
    throw new TarError(`${name}: not a tar archive, or a damaged one; fetch or copy it again`);
}

function textAt(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
