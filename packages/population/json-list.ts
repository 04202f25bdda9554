/** The elements of a JSON list, one at a time, without the list ever being whole in memory. */
import { PopulationError } from './population-error.ts';
import type { Piece } from './text-stream.ts';

const [quote, backslash, lineFeed, comma] = [0x22, 0x5c, 0x0a, 0x2c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);
const longest = 1 << 28;

/** The texts of the list's elements, still to be parsed; an empty list has none. */
export async function* splitElements(texts: AsyncIterable<string>, source: string): AsyncGenerator<Piece> {
  let pieces: string[] = [];
  let [depth, line, start, length] = [0, 1, 1, 0];
  let [quoted, escaped, done, any] = [false, false, false, false];
  const take = (): Piece => {
    const piece = { line: start, text: pieces.join('') };
    pieces = [];
    length = 0;
    return piece;
  };
  for await (const text of texts) {
    let begin = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === lineFeed) line++;
      if (quoted) {
        if (escaped) escaped = false;
        else if (code === backslash) escaped = true;
        else if (code === quote) quoted = false;
        continue;
      }
      if (done) {
        if (code > 0x20)
          throw new PopulationError(`${source}:${line}: something follows the end of the list`);
      } else if (code === quote) quoted = true;
      else if (opening.has(code)) {
        if (depth++ === 0) [begin, start] = [i + 1, line];
      } else if (closing.has(code)) {
        if (--depth > 0) continue;
        pieces.push(text.slice(begin, i));
        done = true;
        const last = take();
        if (any || last.text.trim() !== '') yield last;
      } else if (code === comma && depth === 1) {
        pieces.push(text.slice(begin, i));
        any = true;
        yield take();
        [begin, start] = [i + 1, line];
      }
    }
    if (!done && depth > 0) pieces.push(text.slice(begin));
    length += text.length - begin;
    if (!done && length > longest)
      throw new PopulationError(`${source}:${start}: the element that begins here is too long to be a trial`);
  }
  if (!done)
    throw new PopulationError(
      `${source}:${line}: the JSON ends too early: the file is torn; write or copy it again`,
    );
}
