/** JSON as Python writes it: NaN and infinities are allowed, and a mistake is found by its line. */
import { PopulationError } from './population-error.ts';

/** A text in quotes, or one of Python's numbers that JSON lacks. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

/**
 * Parses JSON; NaN, Infinity and -Infinity all become Infinity, which no usual JSON yields, so that they can be told from null.
 * `firstLine` is the line of the source on which the text begins; without it messages give no line.
 */
export function parseJson(text: string, source: string, firstLine?: number): unknown {
  const plain = withoutNaN(text);
  try {
    return JSON.parse(plain);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const place = placeOf(message, plain);
    const known = firstLine !== undefined && place !== undefined;
    const where = known ? `${source}:${firstLine + countBreaks(plain.slice(0, place))}` : source;
    throw new PopulationError(`${where}: ${describe(message, place === plain.trimEnd().length)}`, {
      cause: error,
    });
  }
}

function withoutNaN(text: string): string {
  // A number too large for a double is read as infinite.
  return /NaN|Infinity/.test(text)
    ? text.replace(tokens, (token) => (token.startsWith('"') ? token : '1e999'))
    : text;
}

/** Where the parser gave up: the text's end where it is torn, undefined where the parser does not tell. */
function placeOf(message: string, text: string): number | undefined {
  const end = text.trimEnd().length;
  if (/end of JSON input|Unterminated string/.test(message)) return end;
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Math.min(Number(position), end);
  return text.trimEnd().includes('\n') ? undefined : 0;
}

function countBreaks(text: string): number {
  return text.split('\n').length - 1;
}

function describe(message: string, torn: boolean): string {
  if (torn) return 'the JSON ends too early: the file is torn; write or copy it again';
  return `not valid JSON: ${message.replace(/ in JSON at position.*$/s, '').replace(/ is not valid JSON$/s, '')}`;
}
