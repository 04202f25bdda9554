/**
 * Seeded random streams, forked by name: one more draw here moves no draw there.
 *
 * A stream's state is the 128-bit MurmurHash3 of its path ("7/data/epoch 3"), so it depends on the seed and the names alone,
 * never on what was drawn before; the numbers are xoshiro128** (Blackman and Vigna, 2018), period 2^128 - 1.
 */

export interface Random {
  /** Uniform on [0, 1) with 53 bits. */
  next(): number;
  /** A whole number, uniform on 0 … bound - 1; bound from 1 to 2^32. Exact: draws that would favour a value are thrown away. */
  below(bound: number): number;
  /** Standard normal (polar method of Marsaglia). */
  normal(): number;
  /** An independent stream; the same name gives the same stream, whatever was drawn. */
  fork(name: string): Random;
}

/** The stream of a seed: any whole number or text. */
export function random(seed: number | string): Random {
  return new Xoshiro(String(seed));
}

/** A permutation of 0 … count - 1, each equally likely (Fisher and Yates). */
export function permutation(count: number, stream: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}

class Xoshiro implements Random {
  readonly #path: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare = NaN;
  /** The last bound, and how many of the 2^32 values treat all numbers below it alike. */
  #bound = 1;
  #fair = 0x100000000;

  constructor(path: string) {
    this.#path = path;
    const [a, b, c, d] = murmur128(path);
    this.#a = a;
    this.#b = b;
    this.#c = c;
    // The state must not be all zeros.
    this.#d = a === 0 && b === 0 && c === 0 && d === 0 ? 1 : d;
  }

  #bits(): number {
    const fiveTimes = Math.imul(this.#b, 5);
    const result = Math.imul((fiveTimes << 7) | (fiveTimes >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  next(): number {
    const high = this.#bits() >>> 5;
    const low = this.#bits() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 0x100000000))
      throw new RangeError(`below(${bound}): the bound must be a whole number from 1 to 2^32`);
    if (bound !== this.#bound) {
      this.#bound = bound;
      this.#fair = 0x100000000 - (0x100000000 % bound);
    }
    let bits = this.#bits();
    while (bits >= this.#fair) bits = this.#bits();
    // Of whole numbers of 32 bits the remainder is many times as fast.
    return bound === 0x100000000 ? bits : (bits >>> 0) % (bound >>> 0);
  }

  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spare = y * scale;
        return x * scale;
      }
    }
  }

  fork(name: string): Random {
    return new Xoshiro(`${this.#path}/${name}`);
  }
}

/** MurmurHash3_x86_128 with seed 0 (Appleby, public domain) of a text's UTF-8 bytes, as four 32-bit words. */
export function murmur128(text: string): [number, number, number, number] {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const constants = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
  const rotations = [15, 16, 17, 18] as const;
  const mix = (word: number, lane: 0 | 1 | 2 | 3): number =>
    Math.imul(
      rotate(Math.imul(word, constants[lane]), rotations[lane]),
      constants[((lane + 1) % 4) as 0 | 1 | 2 | 3],
    );
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = bytes.length - (bytes.length % 16);
  for (let i = 0; i < whole; i += 16) {
    a = (Math.imul((rotate(a ^ mix(view.getUint32(i, true), 0), 19) + b) | 0, 5) + 0x561ccd1b) | 0;
    b = (Math.imul((rotate(b ^ mix(view.getUint32(i + 4, true), 1), 17) + c) | 0, 5) + 0x0bcaa747) | 0;
    c = (Math.imul((rotate(c ^ mix(view.getUint32(i + 8, true), 2), 15) + d) | 0, 5) + 0x96cd1c35) | 0;
    d = (Math.imul((rotate(d ^ mix(view.getUint32(i + 12, true), 3), 13) + a) | 0, 5) + 0x32ac3b17) | 0;
  }
  const tail = new DataView(new ArrayBuffer(16));
  for (let i = whole; i < bytes.length; i++) tail.setUint8(i - whole, bytes[i] ?? 0);
  a ^= mix(tail.getUint32(0, true), 0);
  b ^= mix(tail.getUint32(4, true), 1);
  c ^= mix(tail.getUint32(8, true), 2);
  d ^= mix(tail.getUint32(12, true), 3);
  [a, b, c, d] = sumUp(a ^ bytes.length, b ^ bytes.length, c ^ bytes.length, d ^ bytes.length);
  [a, b, c, d] = sumUp(finish(a), finish(b), finish(c), finish(d));
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

function sumUp(a: number, b: number, c: number, d: number): [number, number, number, number] {
  const sum = (a + b + c + d) | 0;
  return [sum, (b + sum) | 0, (c + sum) | 0, (d + sum) | 0];
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function finish(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
