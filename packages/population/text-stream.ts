/** A file's bytes as text, a line or an element of a JSON list at a time, so that a file may be larger than memory. */
import { PopulationError } from './population-error.ts';

export interface Piece {
  /** Line of the file on which it begins, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** More characters at a time are not a trial but a file that is broken, as one with a quotation mark that is never closed. */
const longest = 1 << 28;

/** The text of UTF-8; a byte order mark is left out. */
export async function* readText(bytes: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let begun = false;
  for await (const chunk of bytes) {
    if (!begun) checkFirstBytes(chunk, source);
    begun = true;
    const text = decode(decoder, chunk, line, source);
    if (text.includes('\u0000'))
      throw new PopulationError(
        `${source}:${line + breaksBefore(text, '\u0000')}: is not text; give JSONL, JSON, CSV or Parquet`,
      );
    line += countBreaks(text);
    yield text;
  }
  yield decode(decoder, undefined, line, source);
}

function checkFirstBytes([first, second]: Uint8Array, source: string): void {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new PopulationError(`${source}: is UTF-16; save it as UTF-8`);
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  chunk: Uint8Array | undefined,
  line: number,
  source: string,
): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (chunk === undefined)
      throw new PopulationError(
        `${source}:${line}: ends in the middle of a character: the file is torn; write or copy it again`,
        { cause: error },
      );
    const place = line + breaksBefore(new TextDecoder().decode(chunk), '\uFFFD');
    throw new PopulationError(`${source}:${place}: is not UTF-8; save the file as UTF-8`, { cause: error });
  }
}

function countBreaks(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks++;
  return breaks;
}

function breaksBefore(text: string, mark: string): number {
  return countBreaks(text.slice(0, Math.max(0, text.indexOf(mark))));
}

/** Lines without their line feeds; the empty end behind the last one does not count. */
export async function* splitLines(texts: AsyncIterable<string>, source: string): AsyncGenerator<Piece> {
  let pieces: string[] = [];
  let length = 0;
  let line = 1;
  for await (const text of texts) {
    let begin = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
      pieces.push(text.slice(begin, end));
      yield { line: line++, text: pieces.join('') };
      pieces = [];
      length = 0;
      begin = end + 1;
    }
    pieces.push(text.slice(begin));
    length += text.length - begin;
    if (length > longest) throw tooLong(source, line);
  }
  if (length > 0) yield { line, text: pieces.join('') };
}

function tooLong(source: string, line: number): PopulationError {
  return new PopulationError(
    `${source}:${line}: what begins here is longer than ${longest / 1024 ** 2} million characters; is the file broken? A trial has far less`,
  );
}

/** Rows of a table: lines, joined where a line break stands within quotation marks. */
export async function* joinRows(lines: AsyncIterable<Piece>, source: string): AsyncGenerator<Piece> {
  let open: Piece[] = [];
  let quotes = 0;
  let length = 0;
  for await (const piece of lines) {
    open.push(piece);
    quotes += piece.text.split('"').length - 1;
    length += piece.text.length;
    const [first = piece] = open;
    if (quotes % 2 === 0) {
      yield { line: first.line, text: open.map(({ text }) => text).join('\n') };
      open = [];
      quotes = 0;
      length = 0;
    } else if (length > longest) throw tooLong(source, first.line);
  }
  const [first] = open;
  if (first !== undefined) yield { line: first.line, text: open.map(({ text }) => text).join('\n') };
}
