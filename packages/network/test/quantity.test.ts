import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity, parseQuantity, parseRange, QuantityError } from '@netspace/network/quantity';
import { nearest, suggest } from '@netspace/network/suggestion';

describe('a quantity', () => {
  it.each([
    ['400M', 400e6],
    ['1.6G', 1.6e9],
    ['50k', 50_000],
    ['50K', 50_000],
    ['1000', 1000],
    ['0', 0],
    ['.5M', 500_000],
    ['1e6', 1e6],
    [' 2 T ', 2e12],
    [123, 123],
    // 1.1 · 1e9 in floating point is 1100000000.0000002.
    ['1.1G', 1_100_000_000],
  ])('%j is %d', (written, value) => {
    expect(parseQuantity(written)).toBe(value);
  });

  it.each(['', 'M', '4 00M', '400MF', '-5', '1,6G', '0x10', 'NaN', '400m'])('%j is none', (written) => {
    expect(() => parseQuantity(written)).toThrow(QuantityError);
    expect(() => parseQuantity(written)).toThrow('write it like 400M, 1.6G, 50k or 1000');
  });

  it.each([
    [399_123_456, '399M'],
    [1_605_000_000, '1.6G'],
    [50_300, '50.3k'],
    [950, '950'],
    [0, '0'],
    [999_999, '1M'],
    [12.345, '12.3'],
  ])('%d is written %s', (value, written) => {
    expect(formatQuantity(value)).toBe(written);
  });

  it('comes back from its writing to three digits', () => {
    assert(
      property(integer({ min: 1, max: 2 ** 31 - 1 }), (value) => {
        expect(Math.abs(parseQuantity(formatQuantity(value)) / value - 1)).toBeLessThan(0.0051);
      }),
    );
  });
});

describe('a range', () => {
  it.each([
    ['360M:400M', 360e6, 400e6],
    [':2M', 0, 2e6],
    ['1k:', 1000, Infinity],
    ['5:5', 5, 5],
  ])('%s', (written, low, high) => {
    expect(parseRange(written)).toEqual({ low, high });
  });

  it.each([
    ['400M', 'is not a range; write it like 360M:400M'],
    [':', 'is not a range'],
    ['1:2:3', 'is not a range'],
    ['400M:360M', 'its low end is above its high end; write 360M:400M'],
    ['a:b', '"a" is not a quantity'],
  ])('%s is none', (written, message) => {
    expect(() => parseRange(written)).toThrow(QuantityError);
    expect(() => parseRange(written)).toThrow(message);
  });
});

describe('the nearest right word', () => {
  it.each([
    ['widht', 'width'],
    ['Depth', 'depth'],
    ['groupwidth', 'groupWidth'],
    ['kernel', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['depth', 'width', 'groupWidth', 'stride'])).toBe(expected);
  });

  it('is asked for, or all words are listed', () => {
    expect(suggest('widht', ['width', 'depth'])).toBe('; did you mean width?');
    expect(suggest('kernel', ['width', 'depth'])).toBe('; allowed: width, depth');
    expect(suggest('kernel', [])).toBe('');
  });
});
