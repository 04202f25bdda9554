import { random } from '@netspace/stats/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSequences, sequenceDrawer, type Relation } from '../sequence.ts';
import { chiSquared, countDraws } from './chi-squared.ts';

const values = [1, 2, 4, 8];
const probabilities = [0.4, 0.3, 0.2, 0.1];
const [free, up, down, equal]: [Relation, Relation, Relation, Relation] = [
  { up: false, down: false },
  { up: true, down: false },
  { up: false, down: true },
  { up: true, down: true },
];

/** All sequences that obey the relations, with their probability among those. */
function enumerate(relations: readonly Relation[]): Map<string, number> {
  let sequences: { taken: number[]; share: number }[] = values.map((value, i) => ({
    taken: [value],
    share: probabilities[i] ?? 0,
  }));
  for (const relation of relations)
    sequences = sequences.flatMap(({ taken, share }) =>
      values.flatMap((value, i) => {
        const before = taken.at(-1) ?? NaN;
        if ((relation.up && value < before) || (relation.down && value > before)) return [];
        return [{ taken: [...taken, value], share: share * (probabilities[i] ?? 0) }];
      }),
    );
  const total = sequences.reduce((sum, { share }) => sum + share, 0);
  return new Map(sequences.map(({ taken, share }) => [taken.join(), share / total]));
}

describe('values of neighbouring stages', () => {
  it.each<[string, Relation[]]>([
    ['free of each other', [free, free]],
    ['that do not decrease', [up, up, up]],
    ['that do not increase', [down, down]],
    ['that do not decrease except the last', [up, up, free]],
    ['that are equal at first and then do not increase', [equal, down]],
  ])('%s are drawn as rejection would draw them', (_, relations) => {
    const draw = sequenceDrawer({ values, probabilities }, relations);
    const stream = random('sequences');
    const counts = countDraws(40_000, () => {
      const out: number[] = [];
      draw(stream, out);
      return out.join();
    });
    expect(chiSquared(counts, enumerate(relations))).toBeLessThan(1);
  });

  it('drawn without their order would show: the test has power', () => {
    const draw = sequenceDrawer({ values, probabilities: [0.37, 0.3, 0.22, 0.11] }, [up, up]);
    const stream = random('power');
    const counts = countDraws(40_000, () => {
      const out: number[] = [];
      draw(stream, out);
      return out.join();
    });
    expect(chiSquared(counts, enumerate([up, up]))).toBeGreaterThan(1);
  });

  it('are counted as an enumeration counts them', () => {
    const relation = fc.constantFrom(free, up, down, equal);
    fc.assert(
      fc.property(fc.array(relation, { maxLength: 5 }), (relations) => {
        expect(countSequences(values.length, relations)).toBe(BigInt(enumerate(relations).size));
      }),
    );
  });
});
