/**
 * Sequences of values, one a stage, under rules that compare neighbours: drawn directly instead of by trial and error.
 *
 * With p the distribution of one value, N_i(v) = p(v) · Σ N_{i+1}(v') over the values v' that may follow v is the mass of all sequences
 * from stage i on that begin with v. Drawing stage after stage in proportion to N gives exactly the distribution of independent draws
 * conditioned on the rules.
 */
import { firstAbove, type Discrete } from '@netspace/stats/distribution';
import type { Random } from '@netspace/stats/random';

/** Whether a value may follow another; `stage` counts from 0 and is the later one's. */
export type MayFollow = (before: number, after: number, stage: number) => boolean;

export interface Chain {
  /** One value a stage. */
  draw(stream: Random): number[];
  /** Share of independent draws that keep the rules. */
  readonly acceptance: number;
}

/** A chain of `length` stages; `acceptance` 0 means that no sequence keeps the rules. */
export function makeChain({ values, probabilities }: Discrete, length: number, mayFollow: MayFollow): Chain {
  const masses = suffixMasses({ values, probabilities }, length, mayFollow);
  const acceptance = (masses[0] ?? []).reduce((sum, mass) => sum + mass, 0);
  const draw = (stream: Random): number[] => {
    const drawn: number[] = [];
    for (let stage = 0; stage < length; stage++) {
      const before = drawn.at(-1);
      const cumulative = new Float64Array(values.length);
      let total = 0;
      values.forEach((value, i) => {
        if (before === undefined || mayFollow(before, value, stage)) total += masses[stage]?.[i] ?? 0;
        cumulative[i] = total;
      });
      drawn.push(values[firstAbove(cumulative, stream.next() * total)] ?? NaN);
    }
    return drawn;
  };
  return { draw, acceptance };
}

function suffixMasses({ values, probabilities }: Discrete, length: number, mayFollow: MayFollow): number[][] {
  const masses: number[][] = new Array<number[]>(length);
  for (let stage = length - 1; stage >= 0; stage--) {
    const next = masses[stage + 1];
    masses[stage] = values.map((value, i) => {
      const own = probabilities[i] ?? 0;
      if (next === undefined) return own;
      return (
        own *
        values.reduce((sum, after, k) => sum + (mayFollow(value, after, stage + 1) ? (next[k] ?? 0) : 0), 0)
      );
    });
  }
  return masses;
}
