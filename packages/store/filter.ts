/**
 * Filters of trials, as people write them: `error < 0.1 and (depth > 12 or flops <= 400M) and space in (anynet-a, "anynet-b")`.
 *
 *     filter     = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | "(" filter ")" | comparison
 *     comparison = column ( "<" | "<=" | "=" | "!=" | ">=" | ">" ) value
 *                | column "~" text
 *                | column [ "not" ] "in" "(" value { "," value } ")"
 *     value      = number | text | "true" | "false" | "none"
 *
 * A number may have a unit (400M, 50k, 10%), a text needs quotes only where it is no name. `~`: holds this text, whatever the case of
 * its letters A-Z. What a trial does not have is `none`: neither less nor more than anything, and other than everything else, so that
 * `x != y` is always `not x = y`.
 */
import { FilterError } from './filter-error.ts';
import { readTokens, type Token } from './filter-tokens.ts';

const operators = ['<', '<=', '=', '!=', '>=', '>', '~'] as const;
type Operator = (typeof operators)[number];

interface FilterValue {
  /** null: `none`. */
  readonly value: number | string | boolean | null;
  readonly at: number;
}

export interface Comparison {
  readonly column: string;
  readonly at: number;
  readonly operator: Operator;
  readonly value: FilterValue;
}

export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly not: Filter }
  | Comparison;

/** So that no filter makes a statement that a database refuses. */
const longest = 2000;
const deepest = 30;

/** Names are not looked up here: which there are is known where the trials are. */
export function parseFilter(text: string): Filter {
  if (text.length > longest)
    throw new FilterError(`filter: it has ${text.length} characters; ${longest} are allowed`);
  // A byte 0 is in no text of PostgreSQL.
  if (text.includes('\0')) throw new FilterError('filter: it has a character of code 0; leave it out');
  const tokens = new TokenReader(readTokens(text));
  const filter = readAny(tokens, 0);
  if (tokens.next.kind !== 'end') throw unexpected(tokens.next, '"and", "or" or the end');
  return filter;
}

/** What is still to be read. */
class TokenReader {
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    const token = this.#tokens[this.#place] ?? this.#tokens.at(-1);
    if (!token) throw new Error('no end of a filter');
    return token;
  }

  take(): Token {
    const token = this.next;
    this.#place++;
    return token;
  }

  /** Takes the next one if it is this keyword or mark. */
  takes(word: string): boolean {
    const { kind, text } = this.next;
    const is = (kind === 'word' && text.toLowerCase() === word) || (kind === 'mark' && text === word);
    if (is) this.#place++;
    return is;
  }

  needs(word: string): void {
    if (!this.takes(word)) throw unexpected(this.next, `"${word}"`);
  }
}

function readAny(tokens: TokenReader, depth: number): Filter {
  const any = [readAll(tokens, depth)];
  while (tokens.takes('or')) any.push(readAll(tokens, depth));
  return any.length === 1 && any[0] ? any[0] : { any };
}

function readAll(tokens: TokenReader, depth: number): Filter {
  const all = [readNot(tokens, depth)];
  while (tokens.takes('and')) all.push(readNot(tokens, depth));
  return all.length === 1 && all[0] ? all[0] : { all };
}

function readNot(tokens: TokenReader, depth: number): Filter {
  const { at } = tokens.next;
  if (depth > deepest)
    throw new FilterError(`filter, position ${at}: it is nested more than ${deepest} deep; write it flatter`);
  if (tokens.takes('not')) return { not: readNot(tokens, depth + 1) };
  if (!tokens.takes('(')) return readComparison(tokens);
  const filter = readAny(tokens, depth + 1);
  tokens.needs(')');
  return filter;
}

function readComparison(tokens: TokenReader): Filter {
  const name = tokens.take();
  if (name.kind !== 'word' || isKeyword(name.text)) throw unexpected(name, 'the name of a column');
  const column = { column: name.text, at: name.at };
  if (tokens.takes('not')) {
    tokens.needs('in');
    return { not: readIn(tokens, column) };
  }
  if (tokens.takes('in')) return readIn(tokens, column);
  const token = tokens.take();
  const operator = operators.find((each) => each === (token.text === '==' ? '=' : token.text));
  if (token.kind !== 'mark' || !operator) throw unexpected(token, `one of ${operators.join(' ')} or "in"`);
  return { ...column, operator, value: readValue(tokens) };
}

function readIn(tokens: TokenReader, column: { readonly column: string; readonly at: number }): Filter {
  tokens.needs('(');
  const any: Filter[] = [];
  do any.push({ ...column, operator: '=', value: readValue(tokens) });
  while (tokens.takes(','));
  tokens.needs(')');
  return { any };
}

const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, none: null };

function readValue(tokens: TokenReader): FilterValue {
  const { kind, text, value, at } = tokens.take();
  if (kind === 'number') return { value, at };
  if (kind === 'text') return { value: text, at };
  const literal = literals[text.toLowerCase()];
  if (kind === 'word' && literal !== undefined) return { value: literal, at };
  if (kind === 'word' && !isKeyword(text)) return { value: text, at };
  throw unexpected({ kind, text, value, at }, 'a number, a text or none');
}

function isKeyword(word: string): boolean {
  return ['and', 'or', 'not', 'in'].includes(word.toLowerCase());
}

function unexpected({ kind, text, at }: Token, wanted: string): FilterError {
  const found = kind === 'end' ? 'it ends' : `"${text}" stands`;
  return new FilterError(`filter, position ${at}: ${found} where ${wanted} should be`);
}
