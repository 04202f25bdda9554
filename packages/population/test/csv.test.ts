import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, formatRow, parseRows, readText, readValue } from '../csv.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
  fc.stringMatching(/^[-'"=+@,\r\n\t 0-9.eEtrufalsn]*$/),
);

function cellsOf(text: string): string[][] {
  return parseRows(text, 'x.csv').map((row) => [...row.cells]);
}

describe('a table as comma-separated text', () => {
  it('gives back every text that was written into it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 5 }), (rows) => {
        const text = rows.map(formatRow).join('');
        expect(parseRows(text, 'x').map((row) => row.cells.map(readText))).toEqual(rows);
      }),
    );
  });

  it('has no NUL, which would make it no text', () => {
    expect(formatRow(['a\0b', '\0'])).toBe('a\uFFFDb,\uFFFD\n');
  });

  it('gives back every value as what it was: a text "1" is not the number 1', () => {
    const value: fc.Arbitrary<Cell> = fc.oneof(
      anyText,
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [row] = parseRows(formatRow(['x', a, b]), 'x');
        expect(row?.cells.map(readValue)).toEqual(['x', a, b]);
      }),
    );
  });

  it('never begins a text with what a spreadsheet runs', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\uFF1D'), fc.string(), (first, rest) => {
        expect(formatRow([first + rest])).toMatch(/^"?'/);
      }),
    );
    expect(formatRow(['=HYPERLINK("http://x","y")'])).toBe(`"'=HYPERLINK(""http://x"",""y"")"\n`);
    expect(formatRow([-5, 1e-7])).toBe('-5,1e-7\n');
  });

  it('counts the lines that a quoted cell spans', () => {
    const rows = parseRows('a,b\r\n\r\n"1\n2",3\n4,5', 'x');
    expect(rows).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['1\n2', '3'] },
      { line: 5, cells: ['4', '5'] },
    ]);
  });

  it.each([
    ['', []],
    ['a', [['a']]],
    ['a,', [['a', '']]],
    [',\n', [['', '']]],
    ['\uFEFFa,b\n', [['a', 'b']]],
    ['a\rb', [['a'], ['b']]],
    ['"a ""b"" c",""', [['a "b" c', '']]],
  ])('reads %j', (text, cells) => {
    expect(cellsOf(text)).toEqual(cells);
  });

  it.each([
    ['a,b\n"c,d\n', 'x.csv:2: a quotation mark is not closed'],
    ['a,b\n1,2\n"c"d,e\n', 'x.csv:3: a quotation mark is not closed or stands inside a cell'],
  ])('names the line where %j is broken', (text, message) => {
    expect(() => cellsOf(text)).toThrow(message);
  });

  it('reads a cell of a million quotation marks', () => {
    const hostile = '"'.repeat(1_000_000);
    expect(cellsOf(formatRow([hostile]))).toEqual([[hostile]]);
  });

  it.each([
    ['NaN', Infinity],
    ['-inf', Infinity],
    ['1e3', 1000],
    ['.5', 0.5],
    ['TRUE', true],
    ['', undefined],
    ['1.2.3', '1.2.3'],
    ["'tis", "'tis"],
    ["'=1", '=1'],
  ])('reads the cell %j as a value', (cell, value) => {
    expect(readValue(cell)).toBe(value);
  });
});
