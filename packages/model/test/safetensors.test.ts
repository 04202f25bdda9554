import { array, assert, float32Array, integer, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors, type Safetensors } from '../safetensors.ts';

const tensor = array(integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const size = shape.reduce((product, n) => product * n, 1);
  return float32Array({ minLength: size, maxLength: size }).map((values) => ({ shape, values }));
});
const nameOf = string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter((s) => s !== '__metadata__');

/** A file with this header, padded by nothing, and so many bytes of data. */
function fileOf(header: unknown, size: number, text = JSON.stringify(header)): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + bytes.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  return file;
}

const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

describe('safetensors', () => {
  it('come back as they were written, whatever their names, shapes and numbers', () => {
    assert(
      property(
        array(tuple(nameOf, tensor), { maxLength: 5 }),
        array(tuple(nameOf, string({ unit: 'binary' })), { maxLength: 3 }),
        (tensors, texts) => {
          const written: Safetensors = { tensors: new Map(tensors), metadata: Object.fromEntries(texts) };
          const read = readSafetensors(writeSafetensors(written), 'x');
          expect([...read.tensors]).toEqual([...written.tensors]);
          expect(read.metadata).toEqual(written.metadata);
        },
      ),
      { seed: 5 },
    );
  });

  it('begin with the length of the header, and their data lie on a multiple of eight bytes', () => {
    const tensors = new Map([['w', { shape: [2], values: Float32Array.of(1, -2) }]]);
    const file = writeSafetensors({ metadata: { a: 'b' }, tensors });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header).toEqual({ __metadata__: { a: 'b' }, w: entry });
    // 1 and -2 in IEEE 754, little endian.
    expect([...file.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it('are read from the Buffer that Node makes of a file, as from any bytes', () => {
    const tensors = new Map(['a', 'b'].map((name, i) => [name, { shape: [1], values: Float32Array.of(i) }]));
    const file = writeSafetensors({ metadata: {}, tensors });
    // At an odd address of a larger memory, where small Buffers may lie.
    const buffer = Buffer.from(new Uint8Array([0, 0, 0, ...file]).buffer, 3);
    expect([...readSafetensors(buffer, 'x').tensors]).toEqual([...tensors]);
  });

  it('of other floats become 32-bit floats, and whole numbers are left out', () => {
    const file = fileOf(
      {
        half: { dtype: 'F16', shape: [6], data_offsets: [0, 12] },
        brain: { dtype: 'BF16', shape: [2], data_offsets: [12, 16] },
        count: { dtype: 'I64', shape: [], data_offsets: [16, 24] },
        double: { dtype: 'F64', shape: [1], data_offsets: [24, 32] },
      },
      32,
    );
    const data = new DataView(file.buffer, file.length - 32);
    // IEEE 754-2008: 1, -2, the largest (65504), the smallest (2^-24), infinity, and not a number.
    [0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00].forEach((bits, i) => data.setUint16(2 * i, bits, true));
    [0x3f80, 0xc040].forEach((bits, i) => data.setUint16(12 + 2 * i, bits, true));
    data.setFloat64(24, 0.1, true);
    const { tensors } = readSafetensors(file, 'x');
    expect(tensors.get('half')?.values).toEqual(Float32Array.of(1, -2, 65504, 2 ** -24, Infinity, NaN));
    expect(tensors.get('brain')?.values).toEqual(Float32Array.of(1, -3));
    expect(tensors.get('double')?.values).toEqual(Float32Array.of(0.1));
    expect([...tensors.keys()]).toEqual(['half', 'brain', 'double']);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /0 bytes/],
    ['a picture', new Uint8Array(64).fill(0x89), /not the length of a header/],
    [
      'a file cut in its header',
      fileOf({ w: entry }, 8).subarray(0, 20),
      /should have \d+ bytes.*ends after 12/,
    ],
    ['a file cut in its data', fileOf({ w: entry }, 5), /take 8 bytes, but 5 follow.*cut short/],
    ['bytes that no tensor has', fileOf({ w: entry }, 9), /take 8 bytes, but 9 follow.*too long/],
    ['a header that is no JSON', fileOf(0, 0, '{"w":'), /header is not JSON/],
    ['a header that is no UTF-8', new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]), /header is not JSON/],
    ['a header that is a list', fileOf([], 0), /not an object/],
    ['an entry without a shape', fileOf({ w: { dtype: 'F32' } }, 0), /entry w lacks/],
    ['a negative size', fileOf({ w: { ...entry, shape: [-2] } }, 8), /entry w lacks/],
    ['an unknown type', fileOf({ w: { ...entry, dtype: 'F31' } }, 8), /unknown type F31/],
    [
      'a type that is no float',
      fileOf({ w: { ...entry, dtype: 'F8_E4M3', shape: [8] } }, 8),
      /F8_E4M3; convert/,
    ],
    ['a shape that does not fit', fileOf({ w: { ...entry, shape: [3] } }, 8), /takes 12 bytes, but has 8/],
    ['tensors that overlap', fileOf({ w: entry, v: entry }, 8), /begins at byte 0 of the data instead of 8/],
    ['a gap', fileOf({ w: { ...entry, data_offsets: [4, 12] } }, 12), /begins at byte 4/],
    ['numbers in the metadata', fileOf({ __metadata__: { a: 1 } }, 0), /not a record of texts/],
  ])('refuse %s', (_, file, message) => {
    expect(() => readSafetensors(file, 'some.file')).toThrow(message);
    expect(() => readSafetensors(file, 'some.file')).toThrow(/^some\.file/);
  });
});
