/** Which parameters have most to do with the error: those are shown first where there is no room for all. */
import type { Measurement } from '@netspace/analysis/measurement';

/** Parameters by the absolute rank correlation (Spearman) of their values with the error, the strongest first. */
export function tellingOrder(parameters: readonly string[], measured: readonly Measurement[]): string[] {
  const completed = measured.filter(({ status }) => status === 'completed');
  const strength = new Map(parameters.map((name) => [name, Math.abs(rankCorrelation(name, completed))]));
  return parameters.toSorted((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0));
}

/** All pairs of the four parameters that tell most, of those that every network can have. */
export function pairsWorthLooking(order: readonly string[]): [string, string][] {
  const few = order.slice(0, 4);
  return few.flatMap((a, i) => few.slice(i + 1).map((b): [string, string] => [a, b]));
}

function rankCorrelation(name: string, measured: readonly Measurement[]): number {
  const members = measured.flatMap(({ parameters, error }) => {
    const value = parameters[name];
    return value === undefined ? [] : [{ value, error }];
  });
  // A parameter that only some networks have tells little of all.
  if (members.length < Math.max(3, measured.length / 2)) return 0;
  return correlation(ranks(members.map(({ value }) => value)), ranks(members.map(({ error }) => error)));
}

/** Mean ranks where values tie. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = values.map(() => 0);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (const i of order.slice(start, end)) result[i] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (a.length - 1) / 2;
  let [both, ofA, ofB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - mean, (b[i] ?? 0) - mean];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA === 0 || ofB === 0 ? 0 : both / Math.sqrt(ofA * ofB);
}
