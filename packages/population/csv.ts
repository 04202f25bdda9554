/** Tables as comma-separated text (RFC 4180), safe to open in a spreadsheet and read back without loss. */
import { PopulationError } from './population-error.ts';

/** A cell: a missing one is empty, a text may be anything. */
export type Cell = string | number | boolean | undefined;

export interface Row {
  /** Line of the text on which the row begins, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Texts that a spreadsheet would run as a formula, or that would come back as a number, a truth value or nothing.
 * They get an apostrophe in front, which spreadsheets take for "this is text" and `readText` takes away.
 */
const ambiguous =
  /^'*(?:[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20].*|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|true|false|nan|inf(?:inity)?)?$/is;

/** A row, quoted where it must be, with its line break. */
export function formatRow(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\n`;
}

function formatCell(cell: Cell): string {
  if (cell === undefined) return '';
  // With a NUL in it a file is no text to anybody, this reader included; PostgreSQL's texts have none either.
  const plain = String(cell).replaceAll('\0', '\uFFFD');
  const text = typeof cell === 'string' && ambiguous.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A cell as the text that it was written from. */
export function readText(cell: string): string {
  return cell.startsWith("'") && ambiguous.test(cell) ? cell.slice(1) : cell;
}

/** A cell as a number (NaN and infinities included) or truth value where it looks like one, otherwise as text; empty is undefined. */
export function readValue(cell: string): Cell {
  if (cell === '') return undefined;
  if (/^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(cell)) return Number(cell);
  if (/^(?:nan|[+-]?inf(?:inity)?)$/i.test(cell)) return Infinity;
  return readText(cell);
}

/** The rows of a text that begins on a line of its source; empty lines do not count. */
export function parseRows(text: string, source: string, firstLine = 1): Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = firstLine;
  let start = firstLine;
  for (const { cell, end, breaks } of readCells(text.replace(/^\uFEFF/, ''), source, firstLine)) {
    cells.push(cell);
    line += breaks;
    if (!end) continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: start, cells });
    cells = [];
    start = line;
  }
  return rows;
}

interface RawCell {
  readonly cell: string;
  /** Whether the row ends after it. */
  readonly end: boolean;
  /** Line breaks within and after it. */
  readonly breaks: number;
}

/** A quoted or a plain cell, then a comma, a line break or the end. */
const cellPattern = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n][^,\r\n]*)?)(,|\r?\n|\r|$)/gy;

function* readCells(text: string, source: string, firstLine: number): Generator<RawCell> {
  const pattern = new RegExp(cellPattern);
  let line = firstLine;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null)
      throw new PopulationError(
        `${source}:${line}: a quotation mark is not closed or stands inside a cell; write it twice ("") within a quoted cell`,
      );
    const [whole, quoted, plain, separator] = match;
    const breaks = whole.split(/\r\n|\r|\n/).length - 1;
    yield { cell: quoted?.replaceAll('""', '"') ?? plain ?? '', end: separator !== ',', breaks };
    line += breaks;
  }
  // A comma at the very end of the text is followed by one more, empty cell.
  if (text.endsWith(',')) yield { cell: '', end: true, breaks: 0 };
}
