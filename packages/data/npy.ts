/** NumPy's NPY format, versions 1 to 3: a magic, a header that is a Python dictionary, then the values in row-major order. */
import type { NamedFile } from './image-set.ts';

export interface Npy {
  /** As NumPy writes it: `|u1` is unsigned bytes, `<i8` 64-bit little-endian integers. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** An array that is not what it should be; the message names the file, what is wrong and how to mend it. */
export class NpyError extends Error {
  readonly code = 'npy';
}

/** Reads an array; its values stay bytes. Pickled objects are never read. */
export function readNpy({ name, bytes }: NamedFile): Npy {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (content.length < 12 || content.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw new NpyError(`${name}: not an NPY array: it does not begin with NumPy's mark`);
  const long = (content[6] ?? 1) > 1;
  const start = (long ? 12 : 10) + (long ? content.readUInt32LE(8) : content.readUInt16LE(8));
  const header = content.toString('utf8', long ? 12 : 10, start);
  const dtype = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (dtype === undefined || shape === undefined)
    throw new NpyError(
      `${name}: its header ${JSON.stringify(header.trim().slice(0, 80))} is not one of a plain array`,
    );
  if (/'fortran_order':\s*True/.test(header))
    throw new NpyError(`${name}: in Fortran order; write np.ascontiguousarray(…) of it`);
  if (dtype.includes('O'))
    throw new NpyError(`${name}: holds Python objects, which are not read; write numbers`);
  const sizes = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  return { dtype, shape: sizes, bytes: readValues(content, start, dtype, sizes, name) };
}

function readValues(
  content: Buffer,
  start: number,
  dtype: string,
  shape: readonly number[],
  name: string,
): Uint8Array {
  const width = Number(/\d+$/.exec(dtype)?.[0] ?? 1);
  const expected = shape.reduce((a, b) => a * b, width);
  const found = content.length - start;
  if (found !== expected)
    throw new NpyError(
      `${name}: ${found < expected ? 'truncated' : 'too long'}: its header announces ${shape.join(' x ')} values of ${width} bytes, ${Math.max(0, found)} bytes follow; write it again`,
    );
  return new Uint8Array(content.buffer, content.byteOffset + start, expected);
}

/** Whole numbers of any width as numbers; throws an NpyError for others. */
export function readIntegers({ dtype, bytes }: Npy, name: string): number[] {
  const [, order = '', kind = '', width = ''] = /^([<>|=])([iu])([1248])$/.exec(dtype) ?? [];
  if (kind === '') throw new NpyError(`${name}: holds ${describeType(dtype)}; labels must be whole numbers`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = order !== '>';
  const read: Readonly<Record<string, (at: number) => number>> = {
    i1: (at) => view.getInt8(at),
    u1: (at) => view.getUint8(at),
    i2: (at) => view.getInt16(at, little),
    u2: (at) => view.getUint16(at, little),
    i4: (at) => view.getInt32(at, little),
    u4: (at) => view.getUint32(at, little),
    i8: (at) => Number(view.getBigInt64(at, little)),
    u8: (at) => Number(view.getBigUint64(at, little)),
  };
  const size = Number(width);
  return Array.from({ length: bytes.length / size }, (_, i) => read[kind + width]?.(i * size) ?? NaN);
}

export function describeType(dtype: string): string {
  const bits = Number(/\d+$/.exec(dtype)?.[0] ?? 1) * 8;
  const kinds: Readonly<Record<string, string>> = {
    f: `${bits}-bit floats`,
    i: `${bits}-bit integers`,
    u: `unsigned ${bits}-bit integers`,
    b: 'true and false',
  };
  return kinds[/[a-zA-Z]/.exec(dtype)?.[0] ?? ''] ?? `values of type ${dtype}`;
}
