/** Which parameters have most to do with the error: those are shown first where there is no room for all. */
import type { Measurement } from '@netspace/analysis/measurement';
import { spearman } from '@netspace/stats/rank-correlation';

/** Parameters by the absolute rank correlation (Spearman) of their values with the error, the strongest first. */
export function tellingOrder(parameters: readonly string[], measured: readonly Measurement[]): string[] {
  const completed = thinned(measured.filter(({ status }) => status === 'completed'));
  const strength = new Map(parameters.map((name) => [name, Math.abs(rankCorrelation(name, completed))]));
  return parameters.toSorted((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0));
}

/** An order of figures takes no more networks than these, evenly through the population. */
const most = 2000;

function thinned(measured: readonly Measurement[]): readonly Measurement[] {
  const step = Math.ceil(measured.length / most);
  return step === 1 ? measured : measured.filter((_, i) => i % step === 0);
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
  return spearman(
    members.map(({ value }) => value),
    members.map(({ error }) => error),
  );
}
