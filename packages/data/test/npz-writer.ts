/** Writes arrays as np.savez and np.savez_compressed do, wrong ones too. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ArrayDeclaration {
  readonly dtype?: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly fortran?: boolean;
}

/** Unsigned bytes of a shape. */
export function bytesOf(shape: readonly number[], values?: ArrayLike<number>): ArrayDeclaration {
  const length = shape.reduce((a, b) => a * b, 1);
  return { shape, bytes: Uint8Array.from(values ?? Array.from({ length }, (_, i) => (i * 37) % 256)) };
}

/** 64-bit integers, NumPy's usual ones. */
export function integersOf(values: readonly number[], shape: readonly number[] = [values.length]) {
  return { dtype: '<i8', shape, bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

export function writeNpy({ dtype = '|u1', shape, bytes, fortran = false }: ArrayDeclaration): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${dtype}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const header = Buffer.alloc(64 * Math.ceil((text.length + 11) / 64), ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(header.length - 10, 8);
  header.write(text, 10);
  header.write('\n', header.length - 1);
  return Buffer.concat([header, bytes]);
}

export function writeZip(files: Readonly<Record<string, Uint8Array>>, method: 0 | 8 | 12 = 8): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(22);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    const length = Buffer.alloc(4);
    length.writeUInt16LE(Buffer.byteLength(name));
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, length, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, length, rest, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(
    directory.reduce((sum, each) => sum + each.length, 0),
    8,
  );
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end]);
}

export function writeNpz(arrays: Readonly<Record<string, ArrayDeclaration>>): Buffer {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return writeZip(Object.fromEntries(entries));
}
