import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../filter.ts';

describe('a filter of trials', () => {
  it('binds "not" closest, then "and", then "or"', () => {
    const a = { column: 'a', operator: '<', value: { value: 1 } };
    const b = { column: 'b', operator: '=', value: { value: 'x' } };
    const c = { column: 'c', operator: '~', value: { value: 'y z' } };
    expect(parseFilter('a < 1 or not b = x and c ~ "y z"')).toMatchObject({
      any: [a, { all: [{ not: b }, c] }],
    });
    expect(parseFilter('not (a<1 or b=x)and c~"y z"')).toMatchObject({
      all: [{ not: { any: [a, b] } }, c],
    });
  });

  it.each([
    ['400M', 4e8],
    ['1.6G', 1.6e9],
    ['-2.5k', -2500],
    ['.5', 0.5],
    ['1e-7', 1e-7],
    ['7%', 0.07],
    ['True', true],
    ['none', null],
    ['"none"', 'none'],
    ["'and'", 'and'],
    ['linear-bottleneck', 'linear-bottleneck'],
    [String.raw`"a\"b\\"`, String.raw`a"b\ `.trim()],
  ])('takes %s for the value it is', (written, value) => {
    expect(parseFilter(`x = ${written}`)).toMatchObject({ value: { value } });
  });

  it.each([
    ['', 'filter, position 1: it ends where the name of a column should be'],
    ['a <', 'filter, position 4: it ends where a number, a text or none should be'],
    ['a < 1 b < 2', 'filter, position 7: "b" stands where "and", "or" or the end should be'],
    ['(a < 1', 'filter, position 7: it ends where ")" should be'],
    ['a 1', 'filter, position 3: "1" stands where one of < <= = != >= > ~ or "in" should be'],
    ['a in 1', 'filter, position 6: "1" stands where "(" should be'],
    ['a not 1', 'filter, position 7: "1" stands where "in" should be'],
    ['a < 1 and or', 'filter, position 11: "or" stands where the name of a column should be'],
    ['a = "x', 'filter, position 5: the text that begins with " has no end; close it with "'],
    ['a + 1', 'filter, position 3: "+ 1" is not understood; write it like error < 0.1 and depth > 12'],
    ['a < 12x', 'filter, position 5: "12x" is not understood; write it like error < 0.1 and depth > 12'],
    [`${'('.repeat(40)}a < 1`, 'filter, position 32: it is nested more than 30 deep; write it flatter'],
    ['a'.repeat(2001), 'filter: it has 2001 characters; 2000 are allowed'],
  ])('that is written %j is an error that names the place', (written, message) => {
    expect(() => parseFilter(written)).toThrow(expect.objectContaining({ code: 'filter-invalid', message }));
  });

  it('whatever is written is understood or refused in words', () => {
    const word = fc.constantFrom(
      'a',
      '(',
      ')',
      'not',
      'in',
      ',',
      '<',
      '~',
      '"',
      "'x'",
      '\\',
      '1',
      '%',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          parseFilter(words.join(' '));
        } catch (error) {
          expect(error).toMatchObject({ code: 'filter-invalid' });
        }
      }),
    );
  });
});
