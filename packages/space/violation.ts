/** Which rules the stages of a network break, and where. */
import type { Network, Stage } from '@netspace/network/network';
import { list } from './dimensions.ts';
import { formOf, type Predicate, type Rule } from './rule.ts';

/** A rule that a network breaks: its name, and where and by which numbers. */
export interface Violation {
  readonly rule: string;
  readonly message: string;
}

const comparatives = {
  depth: { up: 'shallower', down: 'deeper' },
  width: { up: 'narrower', down: 'wider' },
} as const;

/** One violation for each stage that breaks an order rule, first to last. */
export function brokenOrders(stages: readonly Stage[], rules: readonly Rule[]): Violation[] {
  return rules.flatMap((rule) => {
    const form = formOf(rule);
    if (form.form !== 'order') return [];
    const last = form.exceptLast ? stages.length - 2 : stages.length - 1;
    return stages.flatMap((stage, i) => {
      const before = stages[i - 1];
      if (!before || i > last) return [];
      const [earlier, later] = [before[form.dimension], stage[form.dimension]];
      if (form.direction === 'up' ? later >= earlier : later <= earlier) return [];
      const message = `stage ${i + 1} (${form.dimension} ${later}) is ${comparatives[form.dimension][form.direction]} than stage ${i} (${form.dimension} ${earlier})`;
      return [{ rule: rule.name, message }];
    });
  });
}

/** One violation for each rule on the whole network that it breaks. */
export function brokenPredicates(network: Network, predicates: readonly Predicate[]): Violation[] {
  return predicates.flatMap(({ rule, broken }) => {
    const message = broken(network);
    return message === undefined ? [] : [{ rule, message }];
  });
}

/** `stage 2: depth 20 is not among 1, 2, 3, …, 16`. */
export function notAmong(rule: string, what: string, value: number, values: readonly number[]): Violation {
  return { rule, message: `${what} ${value} is not among ${list(values)}` };
}
