/** The words of a filter, each with its place. */
import { parseQuantity } from '@netspace/network/quantity';
import { FilterError } from './filter-error.ts';

export interface Token {
  /** `word`: a name, a keyword, or a text without quotes; `mark`: an operator, a bracket or a comma. */
  readonly kind: 'word' | 'text' | 'number' | 'mark' | 'end';
  /** As people know it: a text without its quotes. */
  readonly text: string;
  /** Of a number. */
  readonly value: number;
  /** From 1, as an editor counts columns. */
  readonly at: number;
}

const patterns = [
  ['space', /\s+/y],
  ['number', /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?[kMGT%]?(?![\w.])/y],
  // A name may have dashes (a space, a generator's key), and dots (recipe.epochs).
  ['word', /[A-Za-z_][\w.-]*/y],
  ['text', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy],
  ['mark', /<=|>=|!=|==|[<>=~(),]/y],
] as const;

export function readTokens(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let from = 0; from < filter.length;) {
    const found = match(filter, from);
    if (found === undefined) throw new FilterError(describeStranger(filter, from));
    const [kind, raw] = found;
    if (kind !== 'space') tokens.push(tokenOf(kind, raw, from + 1));
    from += raw.length;
  }
  return [...tokens, { kind: 'end', text: '', value: NaN, at: filter.length + 1 }];
}

function match(filter: string, from: number): readonly [(typeof patterns)[number][0], string] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = from;
    const found = pattern.exec(filter);
    if (found) return [kind, found[0]];
  }
  return undefined;
}

function tokenOf(kind: Exclude<Token['kind'], 'end'>, raw: string, at: number): Token {
  const text = kind === 'text' ? raw.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : raw;
  return { kind, text, value: kind === 'number' ? numberOf(raw) : NaN, at };
}

/** `400M`, `12.5%`, `-1e-4`. */
function numberOf(raw: string): number {
  const unit = raw.at(-1) ?? '';
  if (unit === '%') return Number((Number(raw.slice(0, -1)) / 100).toPrecision(15));
  if (!'kMGT'.includes(unit)) return Number(raw);
  const scale = parseQuantity(`1${unit}`);
  return Number((Number(raw.slice(0, -1)) * scale).toPrecision(15));
}

function describeStranger(filter: string, from: number): string {
  const rest = filter.slice(from, from + 12);
  const isOpen = /^["']/.test(rest);
  return isOpen
    ? `filter, position ${from + 1}: the text that begins with ${rest[0]} has no end; close it with ${rest[0]}`
    : `filter, position ${from + 1}: "${rest}" is not understood; write it like error < 0.1 and depth > 12`;
}
