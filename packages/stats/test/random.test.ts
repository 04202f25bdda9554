import { describe, expect, it } from 'vitest';
import { murmur128, permutation, random } from '../random.ts';

const hex = (words: readonly number[]) => words.map((w) => w.toString(16).padStart(8, '0')).join('');

describe('random streams', () => {
  it.each([
    ['', '00000000000000000000000000000000', 'nothing'],
    [
      'The quick brown fox jumps over the lazy dog',
      '2f1583c3ecee2c675d7bf66ce5e91d2c',
      "the test vector of the author's repository",
    ],
  ])('hash %j as MurmurHash3_x86_128 does', (text, expected) => {
    expect(hex(murmur128(text))).toBe(expected);
  });

  it('do not depend on what was drawn before the fork', () => {
    const fresh = random(7).fork('data');
    const used = random(7);
    for (let i = 0; i < 10; i++) used.next();
    const forked = used.fork('data');
    expect([fresh.next(), fresh.next()]).toEqual([forked.next(), forked.next()]);
  });

  it('differ between seeds and between names', () => {
    const firsts = [random(1), random(2), random(1).fork('a'), random(1).fork('b')].map((r) => r.next());
    expect(new Set(firsts).size).toBe(4);
  });

  it('keep their first numbers for ever', () => {
    const stream = random(42);
    expect([stream.next(), stream.next(), stream.below(1000), stream.normal()]).toMatchInlineSnapshot(`
      [
        0.0381990860034348,
        0.004267644938584336,
        648,
        -1.298871105044574,
      ]
    `);
  });

  it('are uniform below a bound that does not divide 2^32 (chi-squared, 99.99 %)', () => {
    const counts = new Array<number>(7).fill(0);
    const stream = random('uniform');
    for (let i = 0; i < 70_000; i++) {
      const k = stream.below(7);
      counts[k] = (counts[k] ?? 0) + 1;
    }
    const chi = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(27.86);
  });

  it('have normal numbers with mean 0 and variance 1 within five standard errors', () => {
    const stream = random('normal');
    const n = 100_000;
    let sum = 0,
      squares = 0;
    for (let i = 0; i < n; i++) {
      const x = stream.normal();
      sum += x;
      squares += x * x;
    }
    expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });

  it('permute: every index once', () => {
    expect([...permutation(100, random(3))].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('refuse a bound of 0', () => {
    expect(() => random(1).below(0)).toThrow('whole number from 1');
  });
});
