/** Writes protocol buffers: just what a graph of TensorFlow needs of the wire format. */

/** Appends fields to a growing buffer. Field numbers and types are the caller's knowledge. */
export interface ProtobufWriter {
  /** A varint field; negative numbers take ten bytes, as int64 does. */
  varint(field: number, value: number): void;
  /** A 32-bit float. */
  float(field: number, value: number): void;
  text(field: number, value: string): void;
  bytes(field: number, value: Uint8Array): void;
  /** A nested message, written by the callback. */
  message(field: number, write: () => void): void;
  /** A packed list of varints. */
  packed(field: number, values: readonly number[]): void;
  finish(): Uint8Array;
}

const VARINT = 0;
const DELIMITED = 2;
const FIXED32 = 5;

export function protobufWriter(capacity = 1 << 16): ProtobufWriter {
  let buffer = Buffer.allocUnsafe(capacity);
  let length = 0;

  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };

  const rawVarint = (value: number): void => {
    reserve(10);
    if (value < 0) {
      for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
        const last = rest < 128n;
        buffer[length++] = Number(rest & 127n) | (last ? 0 : 128);
        if (last) return;
      }
    }
    let rest = value;
    while (rest >= 128) {
      buffer[length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    buffer[length++] = rest;
  };

  const tag = (field: number, wire: number): void => rawVarint(field * 8 + wire);

  /** Writes the content first and moves it behind its length: the length is not known before. */
  const delimited = (field: number, write: () => void): void => {
    tag(field, DELIMITED);
    const start = length;
    write();
    const size = length - start;
    const prefix = varintBytes(size);
    reserve(prefix);
    buffer.copyWithin(start + prefix, start, length);
    length = start;
    rawVarint(size);
    length += size;
  };

  return {
    varint(field, value) {
      tag(field, VARINT);
      rawVarint(value);
    },
    float(field, value) {
      tag(field, FIXED32);
      reserve(4);
      length = buffer.writeFloatLE(value, length);
    },
    text(field, value) {
      const size = Buffer.byteLength(value);
      tag(field, DELIMITED);
      rawVarint(size);
      reserve(size);
      length += buffer.write(value, length);
    },
    bytes(field, value) {
      tag(field, DELIMITED);
      rawVarint(value.length);
      reserve(value.length);
      buffer.set(value, length);
      length += value.length;
    },
    message: delimited,
    packed: (field, values) => delimited(field, () => values.forEach(rawVarint)),
    finish: () => buffer.subarray(0, length),
  };
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
