/**
 * Charts of one form, compiled once.
 *
 * vega-lite takes twenty milliseconds to compile a chart, and a report has ten of each form: other rows, domains, titles and colours. So these
 * are taken out and held by marks, what is left is compiled where it was not before, and they are put back into what came of it. vega-lite
 * passes all of them on as they are; of a domain it looks whether it holds 0, which its marks keep. A test holds every kind of chart
 * against what compiling it whole gives.
 */
import type { Spec } from 'vega';
import { compile } from 'vega-lite';
import type { Chart } from './chart.ts';

interface Form {
  /** The chart with marks in the place of what is held. */
  readonly form: unknown;
  /** By the number of its mark. */
  readonly held: readonly unknown[];
  /** Whether a text that is left in it looks like a mark. */
  readonly unclear: boolean;
}

/** The Vega specification of a chart as a picture: without tooltips, which pictures have none of. */
export function compileStill(chart: Chart): Spec {
  const { form, held, unclear } = formOf(chart);
  if (unclear) return compile(chart).spec;
  const key = JSON.stringify(form);
  const compiled = known.get(key) ?? compile(form as Chart).spec;
  if (known.size < mostKnown) known.set(key, compiled);
  return filled(compiled, held) as Spec;
}

const known = new Map<string, Spec>();
/** Forms of a few kilobytes each. */
const mostKnown = 200;

function formOf(chart: Chart): Form {
  const held: unknown[] = [];
  let unclear = false;
  const numbers = new Map<unknown, number>();
  const markOf = (value: unknown): number => {
    const number = numbers.get(value) ?? held.push(value) - 1;
    numbers.set(value, number);
    return number;
  };
  const walk = (value: unknown, key: string, parent: string): unknown => {
    if (Array.isArray(value)) {
      if (key === 'values' && parent === 'data') return [{ held: markOf(value) }];
      if ((key === 'domain' || key === 'values') && value.every((each) => typeof each === 'number'))
        return value.map((each) => numberMark(markOf(each), each));
      return value.map((each) => walk(each, '', key));
    }
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, each]) =>
          name === 'tooltip' || name === 'cursor' ? [] : [[name, walk(each, name, key)]],
        ),
      );
    if (typeof value !== 'string') return value;
    if (isHeld(value, key)) return `§${markOf(value)}§`;
    unclear ||= value.includes('§');
    return value;
  };
  return { form: walk(chart, '', ''), held, unclear };
}

/** Titles, and the colours of spaces; but for those that would read otherwise in an expression, where vega-lite may write them. */
function isHeld(text: string, key: string): boolean {
  return (key === 'title' || text.startsWith('var(--space')) && /^[^"'\\§\p{C}]+$/u.test(text);
}

/** Numbers that no chart has, above 0 or not as what they stand for is. */
const farOff = 1e200;

function numberMark(number: number, value: number): number {
  return (value > 0 ? 1 : -1) * farOff * (1 + number / 1024);
}

function filled(value: unknown, held: readonly unknown[]): unknown {
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    if (value.length === 1 && isRowsMark(first)) return held[first.held];
    return value.map((each) => filled(each, held));
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, held)]));
  if (typeof value === 'string') return value.replaceAll(/§(\d+)§/g, (_mark, number) => String(held[number]));
  if (typeof value === 'number' && Math.abs(value) >= farOff)
    return held[Math.round((Math.abs(value) / farOff - 1) * 1024)];
  return value;
}

function isRowsMark(value: unknown): value is { readonly held: number } {
  return typeof value === 'object' && value !== null && 'held' in value;
}
