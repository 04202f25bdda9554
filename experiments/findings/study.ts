/** What the populations say of all claims: the same populations give the same study, on any machine. */
import type { Measurement } from '@netspace/analysis/measurement';
import { random } from '@netspace/stats/random';
import { claims, type Claim, type Test } from './claims.ts';
import { design } from './design.ts';
import type { Populations } from './populations.ts';
import { judge, type Judgement } from './question.ts';
import { decide, type Decision } from './verdict.ts';

export interface Tested {
  readonly test: Test;
  readonly decision: Decision;
  /** Absent where a population is missing or too small. */
  readonly judgement?: Judgement;
}

export interface TestedClaim {
  readonly claim: Claim;
  readonly tests: readonly Tested[];
  /** Its populations that are there, in the order in which its tests name them. */
  readonly spaces: readonly string[];
}

export interface Study {
  readonly claims: readonly TestedClaim[];
  readonly populations: Populations;
}

/** A list of fewer has no spread worth speaking of. */
const fewest = 5;

export function study(populations: Populations): Study {
  const tests = claims.flatMap((claim) => claim.tests);
  const judgements = tests.map((test) => judgeTest(test, populations));
  const decisions = decide(judgements, design.level);
  const tested = tests.map((test, i): Tested => {
    const [judgement, decision] = [judgements[i], decisions[i]];
    if (!decision) throw new Error(`test ${test.id} was not decided`);
    return { test, decision, ...(judgement && { judgement }) };
  });
  return {
    populations,
    claims: claims.map((claim) => ({
      claim,
      tests: tested.filter(({ test }) => claim.tests.includes(test)),
      spaces: [...new Set(claim.tests.flatMap(({ spaces }) => spaces))].filter((name) =>
        populations.has(name),
      ),
    })),
  };
}

function judgeTest(test: Test, populations: Populations): Judgement | undefined {
  const members = (space: string): readonly Measurement[] => populations.get(space) ?? [];
  if (test.spaces.some((space) => members(space).length < fewest)) return undefined;
  const question = test.ask(members);
  // Parts of populations, as those with b = 4, may be too few though the whole is not.
  const parts = Object.values(question).filter(isStrata).flat();
  return parts.some(({ length }) => length < 2)
    ? undefined
    : judge(question, { random: random('findings').fork(test.id) });
}

function isStrata(value: unknown): value is readonly (readonly number[])[] {
  return Array.isArray(value) && value.every((part) => Array.isArray(part));
}

/** Seconds of training of these networks, all together. */
export function trainingSeconds(members: readonly Measurement[]): number {
  return members.reduce(
    (total, { curve }) => total + curve.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
    0,
  );
}
