import { describe, expect, it } from 'vitest';
import { parseJson } from '../json.ts';

describe('JSON as Python writes it', () => {
  it('may hold NaN and infinities, which are told from null and left alone in texts', () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity, null, 1], "NaN": "NaN, \\"Infinity\\""}';
    expect(parseJson(text, 'x')).toEqual({
      a: Infinity,
      b: [Infinity, Infinity, null, 1],
      NaN: 'NaN, "Infinity"',
    });
  });

  it.each([
    ['{"a": 1,\n "b": [1, 2,\n', 'x.json:2: the JSON ends too early: the file is torn'],
    ['{"a": "b', 'x.json:1: the JSON ends too early: the file is torn'],
    ['{"a": 1,\n "b" 2}', 'x.json:2: not valid JSON'],
    ['abc', 'x.json:1: not valid JSON'],
  ])('is refused with the line of the mistake: %j', (text, message) => {
    expect(() => parseJson(text, 'x.json', 1)).toThrow(message);
  });

  it('counts lines from where the text begins, or not at all', () => {
    expect(() => parseJson('{', 'x.jsonl', 7)).toThrow('x.jsonl:7: the JSON ends');
    expect(() => parseJson('{', 'x: cell')).toThrow('x: cell: the JSON ends');
  });
});
