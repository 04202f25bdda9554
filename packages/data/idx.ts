/**
 * The IDX format of MNIST and its kin: two zero bytes, a type, the number of axes, a 32-bit big-endian size for each axis,
 * then the values in row-major order. Read and written here for unsigned bytes, plain or gzipped.
 */
import { constants, gunzipSync, gzipSync } from 'node:zlib';

export interface Idx {
  /** Sizes of the axes, first to last; one to four of them. */
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** A file that is not the IDX file it should be; the message names the file, what is wrong and how to mend it. */
export class IdxError extends Error {
  readonly code = 'idx';
}

const unsignedByte = 0x08;
const typeNames: Readonly<Record<number, string>> = {
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
};

/** Reads a file's bytes, gunzipped where they begin with gzip's mark; `source` is the file's name, for messages. */
export function readIdx(bytes: Uint8Array, source: string): Idx {
  const content = unpack(bytes, source);
  const shape = readShape(content, source);
  const start = 4 + 4 * shape.length;
  const expected = shape.reduce((a, b) => a * b, 1);
  const found = content.length - start;
  if (found < expected)
    throw new IdxError(
      `${source}: truncated: its header announces ${shape.join(' x ')} = ${expected} bytes, ${found} follow; fetch or copy the file again`,
    );
  if (found > expected)
    throw new IdxError(
      `${source}: ${found - expected} bytes too many after the ${shape.join(' x ')} that its header announces; the file is not what it says, fetch or write it again`,
    );
  // Not `subarray`, which would make it a Buffer where the file was read as one.
  return { shape, values: new Uint8Array(content.buffer, content.byteOffset + start, expected) };
}

/** The bytes of an IDX file, not gzipped. */
export function writeIdx({ shape, values }: Idx): Uint8Array {
  const expected = shape.reduce((a, b) => a * b, 1);
  if (shape.length < 1 || shape.length > 4 || values.length !== expected)
    throw new IdxError(
      `cannot write ${values.length} bytes as ${shape.join(' x ')}: one to four axes whose product is the number of bytes are needed`,
    );
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const header = new DataView(bytes.buffer);
  header.setUint8(2, unsignedByte);
  header.setUint8(3, shape.length);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** The same, gzipped as tightly as gzip can; without name or time, so equal contents give equal bytes. */
export function writeGzippedIdx(idx: Idx): Uint8Array {
  return gzipSync(writeIdx(idx), { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What a gzipped file holds, or the bytes themselves where they are not gzipped. */
export function unpack(bytes: Uint8Array, source: string): Uint8Array {
  return isGzip(bytes) ? gunzip(bytes, source) : bytes;
}

function gunzip(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const torn = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new IdxError(
      torn
        ? `${source}: torn: the gzip stream ends before its end mark; fetch or copy the file again`
        : `${source}: damaged: it cannot be gunzipped (${error instanceof Error ? error.message : String(error)}); fetch or copy the file again`,
      { cause: error },
    );
  }
}

function readShape(content: Uint8Array, source: string): number[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length < 4 || view.getUint16(0) !== 0)
    throw new IdxError(
      `${source}: not an IDX file: it does not begin with two zero bytes, a type and a number of axes`,
    );
  const type = view.getUint8(2);
  if (type !== unsignedByte)
    throw new IdxError(
      `${source}: holds ${typeNames[type] ?? `values of the unknown type 0x${type.toString(16).padStart(2, '0')}`}; pixels and labels must be unsigned bytes (type 0x08)`,
    );
  const axes = view.getUint8(3);
  if (axes < 1 || axes > 4) throw new IdxError(`${source}: has ${axes} axes; images have 3 or 4, labels 1`);
  if (content.length < 4 + 4 * axes)
    throw new IdxError(
      `${source}: truncated within its header of ${axes} axes; fetch or copy the file again`,
    );
  return Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
}
