/** Writing data to standard output: JSON a line, or a table for people. All else goes to standard error. */
import Table from 'cli-table3';

/** One value a line, as scripts read it. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Something for people only, never data. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** "1 worker", "2 workers". */
export function countOf(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** Columns with a heading; numbers to the right. */
export function printTable(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const numeric = heading.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const table = new Table({
    head: [...heading],
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    chars: borderless,
  });
  for (const row of rows) table.push([...row]);
  printLine(table.toString());
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;
