/**
 * Reads and writes safetensors: named tensors in one file, behind a header in JSON.
 *
 * Format: https://huggingface.co/docs/safetensors (8 bytes with the header's length, little endian; the header; the data of all tensors
 * without a gap). Nothing in such a file can run, and its header says everything about it.
 */
import { z } from 'zod';

export interface TensorData {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Safetensors {
  /** `__metadata__`: texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A file that is not safetensors, or holds what cannot be read as 32-bit floats. */
export class SafetensorsError extends Error {
  readonly code = 'SAFETENSORS';
}

/** Bytes of the header's length. */
const PREFIX = 8;
/** The limit of the format: a longer header is refused before it is parsed. */
const LONGEST_HEADER = 100_000_000;

/** Bytes an element, for the types that the format has. */
const widths = new Map<string, number>([
  ...(['F64', 'I64', 'U64'] as const).map((type) => [type, 8] as const),
  ...(['F32', 'I32', 'U32'] as const).map((type) => [type, 4] as const),
  ...(['F16', 'BF16', 'I16', 'U16'] as const).map((type) => [type, 2] as const),
  ...(['F8_E4M3', 'F8_E5M2', 'I8', 'U8', 'BOOL'] as const).map((type) => [type, 1] as const),
]);

const whole = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
const metadataSchema = z.record(z.string(), z.string());

/** All tensors as F32, one behind the other in the map's order. */
export function writeSafetensors({ metadata, tensors }: Safetensors): Uint8Array {
  let offset = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    const begin = offset;
    offset += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const;
  });
  const described = { __metadata__: metadata, ...Object.fromEntries(entries) };
  const text = new TextEncoder().encode(JSON.stringify(described));
  // Spaces behind the header put the data on a multiple of 8, where readers may map them as they lie.
  const header = Math.ceil(text.length / PREFIX) * PREFIX;
  const file = new Uint8Array(PREFIX + header + offset).fill(0x20, PREFIX + text.length, PREFIX + header);
  new DataView(file.buffer).setBigUint64(0, BigInt(header), true);
  file.set(text, PREFIX);
  let position = PREFIX + header;
  for (const { values } of tensors.values()) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return file;
}

/** Tensors of F64, F32, F16 and BF16 become 32-bit floats; whole numbers (`num_batches_tracked`) are left out. */
export function readSafetensors(file: Uint8Array, source: string): Safetensors {
  const { header, data } = split(file, source);
  const { __metadata__: metadata = {}, ...entries } = header;
  const texts = metadataSchema.safeParse(metadata);
  if (!texts.success) throw new SafetensorsError(`${source}: its __metadata__ is not a record of texts`);
  const parsed = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry, source));
  checkLayout(parsed, data.length, source);
  const tensors = new Map<string, TensorData>();
  for (const { name, dtype, shape, begin, end } of parsed) {
    const values = floatsOf(dtype, data.subarray(begin, end));
    if (values !== undefined) tensors.set(name, { shape, values });
    else if (!dtype.startsWith('I') && !dtype.startsWith('U') && dtype !== 'BOOL')
      throw new SafetensorsError(`${source}: ${name} is of type ${dtype}; convert it to F32 first`);
  }
  return { metadata: texts.data, tensors };
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function split(file: Uint8Array, source: string): { header: Record<string, unknown>; data: Uint8Array } {
  const wrong = (why: string) => new SafetensorsError(`${source} is not a safetensors file: ${why}`);
  if (file.length < PREFIX) throw wrong(`it has ${file.length} bytes, fewer than the header's length takes`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) throw wrong(`its first bytes are not the length of a header`);
  const end = PREFIX + Number(length);
  if (end > file.length)
    throw wrong(`its header should have ${length} bytes, but the file ends after ${file.length - PREFIX}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(PREFIX, end)));
  } catch {
    throw wrong('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw wrong('its header is not an object');
  return { header: header as Record<string, unknown>, data: file.subarray(end) };
}

function parseEntry(name: string, entry: unknown, source: string): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success)
    throw new SafetensorsError(`${source}: the header's entry ${name} lacks a dtype, shape or data_offsets`);
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const [begin, end] = offsets;
  const width = widths.get(dtype);
  if (width === undefined) throw new SafetensorsError(`${source}: ${name} is of the unknown type ${dtype}`);
  const size = shape.reduce((product, n) => product * n, width);
  if (end - begin !== size)
    throw new SafetensorsError(
      `${source}: ${name} of [${shape.join(', ')}] in ${dtype} takes ${size} bytes, but has ${end - begin}`,
    );
  return { name, dtype, shape, begin, end };
}

/** The data must be covered without gap or overlap: what no header speaks of has no place in such a file. */
function checkLayout(entries: readonly Entry[], size: number, source: string): void {
  let reached = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== reached)
      throw new SafetensorsError(
        `${source}: ${name} begins at byte ${begin} of the data instead of ${reached}`,
      );
    reached = end;
  }
  if (reached !== size)
    throw new SafetensorsError(
      `${source}: its tensors take ${reached} bytes, but ${size} follow the header; the file is ${size < reached ? 'cut short' : 'too long'}`,
    );
}

/** Undefined for types that are not floats of these widths. */
function floatsOf(dtype: string, bytes: Uint8Array): Float32Array | undefined {
  // A copy, for the data may begin at any address; `slice` would make none of a Buffer.
  const own = new Uint8Array(bytes).buffer;
  switch (dtype) {
    case 'F32':
      return new Float32Array(own);
    case 'F64':
      return Float32Array.from(new Float64Array(own));
    case 'BF16':
      return new Float32Array(Uint32Array.from(new Uint16Array(own), (bits) => bits << 16).buffer);
    case 'F16':
      return Float32Array.from(new Uint16Array(own), halfValue);
    default:
      return undefined;
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function halfValue(bits: number): number {
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}
