import { random } from '@netspace/stats/random';
import { networksToDiffer, networksToEqual } from '@netspace/stats/power';
import { describe, expect, it } from 'vitest';
import { judge, type Judgement, type Question } from '../findings/question.ts';
import { decide } from '../findings/verdict.ts';
import { normals } from './synthetic.ts';

const spread = 0.012;
const margin = 0.005;
const runs = 500;

/** Judgements of so many studies, each of new populations; effects are not looked at, so their bootstrap is short. */
function judgements(
  seed: string,
  make: (list: (centre: number, n?: number) => number[]) => Question,
): Judgement[] {
  return Array.from({ length: runs }, (_, run) => {
    const stream = random(seed).fork(String(run));
    const list = (centre: number, n = 100): number[] => normals(stream, n, centre, spread);
    return judge(make(list), { random: stream.fork('bootstrap'), resamples: 20 });
  });
}

function share(list: readonly Judgement[], key: 'supports' | 'opposes'): number {
  return list.filter((each) => each[key] <= 0.05).length / list.length;
}

/** Of 500 runs at 5 % more than 42 are seen once in a thousand times. */
const atMostFive = 42 / runs;

describe('a claim of equality', () => {
  const equal =
    (difference: number, n?: number) =>
    (list: (centre: number, n?: number) => number[]): Question => ({
      kind: 'equal',
      a: [list(0.15, n)],
      b: [list(0.15 + difference, n)],
      margin,
    });

  it('is supported by mistake in 5 % of studies at most, and opposed as rarely, where the difference is the margin', () => {
    const made = judgements('equal at the margin', equal(margin));
    expect(share(made, 'supports')).toBeLessThan(atMostFive);
    expect(share(made, 'opposes')).toBeLessThan(atMostFive);
  });

  it('is supported as often as was designed where it is true, and opposed where it is far from true', () => {
    const n = networksToEqual({ spread, effect: margin });
    const made = judgements('equal', equal(0, n));
    expect(Math.abs(share(made, 'supports') - 0.8)).toBeLessThan(0.06);
    expect(share(made, 'opposes')).toBe(0);
    expect(share(judgements('unequal', equal(3 * margin)), 'opposes')).toBeGreaterThan(0.95);
  });
});

describe('a claim of being better', () => {
  const better =
    (gain: number, n?: number) =>
    (list: (centre: number, n?: number) => number[]): Question => ({
      kind: 'better',
      better: [list(0.15, n)],
      worse: [list(0.15 + gain, n)],
      margin,
    });

  it('is supported by mistake in 5 % of studies at most where nothing differs', () => {
    expect(share(judgements('better not', better(0)), 'supports')).toBeLessThan(atMostFive);
  });

  it('is opposed by mistake in 5 % at most where the gain is the margin', () => {
    expect(share(judgements('better by the margin', better(margin)), 'opposes')).toBeLessThan(atMostFive);
  });

  it('is found as often as was designed', () => {
    // One-sided at 5 % is what two-sided at 10 % is on the right side.
    const n = networksToDiffer({ spread, effect: margin, confidence: 0.9 });
    expect(Math.abs(share(judgements('better', better(margin, n)), 'supports') - 0.8)).toBeLessThan(0.06);
    expect(share(judgements('worse', better(-margin)), 'opposes')).toBeGreaterThan(0.95);
  });

  it('weighs strata alike, so that a space of worse networks cannot stand for a value', () => {
    // The value has no effect, but the worse space has it more often.
    const made = judgements('strata', (list) => ({
      kind: 'better',
      better: [list(0.15, 80), list(0.3, 20)],
      worse: [list(0.15, 20), list(0.3, 80)],
      margin,
    }));
    expect(share(made, 'supports')).toBeLessThan(atMostFive);
  });
});

describe('a claim of being much worse', () => {
  const worse =
    (loss: number) =>
    (list: (centre: number) => number[]): Question => ({
      kind: 'much-worse',
      base: [list(0.15)],
      worse: [list(0.15 + loss)],
      margin: 0.01,
    });

  it('is right or wrong by mistake in 5 % at most where the loss is the margin', () => {
    const made = judgements('much worse', worse(0.01));
    expect(share(made, 'supports')).toBeLessThan(atMostFive);
    expect(share(made, 'opposes')).toBeLessThan(atMostFive);
  });

  it('is settled on either side of it', () => {
    expect(share(judgements('far worse', worse(0.02)), 'supports')).toBeGreaterThan(0.95);
    expect(share(judgements('hardly worse', worse(0.002)), 'opposes')).toBeGreaterThan(0.95);
  });
});

describe('a claim of falling means', () => {
  const falling =
    (...centres: number[]) =>
    (list: (centre: number) => number[]): Question => ({
      kind: 'falling',
      lists: centres.map((each) => list(each)),
    });

  it('needs every step', () => {
    expect(share(judgements('one step', falling(0.2, 0.15, 0.15)), 'supports')).toBeLessThan(atMostFive);
    expect(share(judgements('two steps', falling(0.2, 0.175, 0.15)), 'supports')).toBeGreaterThan(0.95);
  });

  it('is opposed by one step up, and by mistake in 5 % at most', () => {
    expect(share(judgements('flat', falling(0.15, 0.15, 0.15)), 'opposes')).toBeLessThan(atMostFive);
    expect(share(judgements('up', falling(0.2, 0.15, 0.17)), 'opposes')).toBeGreaterThan(0.95);
  });
});

describe('a claim on random search', () => {
  /** Errors evenly from 0.1 to 0.2: the share within the margin of the best is ten times the margin. */
  const reach = (within: number, wanted = 0.9) =>
    Array.from({ length: runs }, (_, run) => {
      const stream = random('reach').fork(String(run));
      const errors = Array.from({ length: 120 }, () => 0.1 + 0.1 * stream.next());
      return judge({ kind: 'reach', errors, draws: 32, margin: within, wanted }, { random: stream });
    });

  it('is as the closed form says', () => {
    // 5 of 101 networks lie within the margin, 4 beside the best.
    const errors = Array.from({ length: 101 }, (_, i) => (i < 5 ? 0.1 : 0.2));
    const { effect } = judge(
      { kind: 'reach', errors, draws: 32, margin: 0.01, wanted: 0.9 },
      { random: random(1) },
    );
    expect(effect.estimate).toBeCloseTo(1 - 0.96 ** 32, 12);
    expect(effect.low).toBeLessThan(effect.estimate);
    expect(effect.high).toBeGreaterThan(effect.estimate);
  });

  it('is right by mistake in 5 % at most where 32 networks just do not suffice, and found where they do', () => {
    const needed = 1 - 0.1 ** (1 / 32);
    expect(share(reach(0.1 * needed), 'supports')).toBeLessThan(atMostFive);
    expect(share(reach(0.1 * needed), 'opposes')).toBeLessThan(atMostFive);
    expect(share(reach(0.02), 'supports')).toBeGreaterThan(0.9);
    expect(share(reach(0.001), 'opposes')).toBeGreaterThan(0.9);
  });
});

describe('a claim on rankings', () => {
  const ranking = (step: number, size: number): Judgement => {
    const stream = random('ranking');
    const lists = [0, 1, 2, 3].map((i) => normals(stream, 200, 0.15 + i * step, spread));
    return judge({ kind: 'ranking', lists, size, margin, wanted: 0.95 }, { random: stream });
  };

  it('gives the probability of the order that new samples show', () => {
    const stream = random('new samples');
    const moments = [0, 1, 2, 3].map((i) => 0.15 + i * 0.006);
    const trials = 400;
    let [right, all] = [0, 0];
    for (let run = 0; run < trials; run++) {
      const means = moments.map((centre) => normals(stream, 10, centre, spread).reduce((a, b) => a + b) / 10);
      for (let i = 0; i < 4; i++)
        for (let k = i + 1; k < 4; k++) {
          all++;
          if ((means[i] ?? 0) < (means[k] ?? 0)) right++;
        }
    }
    const { effect } = ranking(0.006, 10);
    expect(effect.low).toBeLessThan(right / all + 0.02);
    expect(effect.high).toBeGreaterThan(right / all - 0.02);
  });

  it('holds with enough networks and fails with too few', () => {
    expect(ranking(0.01, 100).supports).toBeLessThan(0.05);
    expect(ranking(0.006, 3).opposes).toBeLessThan(0.05);
  });

  it('is open where no two spaces differ by the margin', () => {
    expect(ranking(0, 100)).toMatchObject({ supports: 1, opposes: 1 });
  });
});

describe('the verdicts of a family', () => {
  const judgement = (supports: number, opposes: number): Judgement => ({
    effect: { estimate: 0, low: 0, high: 0 },
    unit: 'difference',
    supports,
    opposes,
  });

  it('are corrected for all tests, those without results too', () => {
    const verdicts = decide([judgement(0.02, 0.9), undefined, undefined], 0.05).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['not resolved', 'not measured', 'not measured']);
    expect(decide([judgement(0.016, 0.9), undefined, undefined], 0.05)[0]).toMatchObject({
      verdict: 'holds',
      supports: 0.048,
    });
  });

  it('call what is there but too small to matter a claim that does not hold', () => {
    expect(decide([judgement(0.001, 0.001)], 0.05)[0]?.verdict).toBe('does not hold');
    expect(decide([judgement(0.5, 0.001)], 0.05)[0]?.verdict).toBe('does not hold');
  });

  it('of a study in which no spaces differ call any claim of being better right in 5 % of studies at most', () => {
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      const stream = random('family').fork(String(run));
      // Each space stands in two claims, as in the study.
      const lists = Array.from({ length: 13 }, () => normals(stream, 60, 0.15, spread));
      const made = lists
        .slice(1)
        .map((better, i) =>
          judge(
            { kind: 'better', better: [better], worse: [lists[i] ?? []], margin },
            { random: stream, resamples: 20 },
          ),
        );
      if (decide(made, 0.05).some(({ verdict }) => verdict === 'holds')) wrong++;
    }
    expect(wrong / runs).toBeLessThan(atMostFive);
  });
});
