import { assert, double, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beside, breakLines, column, textBox } from '../svg-layout.ts';

describe('lines of text', () => {
  it('hold all letters in their order, whatever the text and the width', () => {
    assert(
      property(
        string({ unit: 'grapheme', maxLength: 200 }),
        double({ min: 3, max: 40, noNaN: true }),
        (text, width) => {
          const letters = (each: string): string => each.replaceAll(/\s/gu, '');
          expect(letters(breakLines(text, width).join(''))).toBe(
            letters(text.replaceAll(/[\uFFFE\uFFFF]/gu, ' ')),
          );
        },
      ),
    );
  });

  it('break between words, and in a word that is longer than a line after its slashes', () => {
    expect(breakLines('one two three', 6)).toEqual(['one two', 'three']);
    expect(breakLines('w\u00a01024/1024/1024/1024', 8)).toEqual(['w\u00a01024/1024/', '1024/1024']);
    expect(breakLines('', 8)).toEqual(['']);
  });
});

describe('boxes', () => {
  const text = (words: string) => textBox([words], { size: 10, width: 100, color: 'black' });

  it('below each other are as high as all of them and the gaps between', () => {
    expect(column([text('a'), text('b'), text('c')], 5).height).toBe(3 * 14 + 2 * 5);
    expect(column([], 5).height).toBe(0);
  });

  it('beside each other are as high as the highest', () => {
    const two = textBox(['a', 'b'], { size: 10, width: 100, color: 'black' });
    expect(beside([text('a'), two], 120).height).toBe(28);
    expect(beside([text('a'), text('b')], 120).at(7, 0).html).toMatch(/x="7".*x="127"/s);
  });
});
