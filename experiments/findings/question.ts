/**
 * The kinds of claims, and what lists of numbers say of each: an effect with its 95 % interval, and how surely the claim is right or wrong.
 *
 * Every claim is a statement that may be false, so two p-values belong to it: `supports`, the probability of figures as favourable if the claim
 * were just not true, and `opposes`, that of figures as unfavourable if it were just true. Small ones decide; `verdict.ts` says how.
 */
import { meanDifference, type BootstrapOptions, type Interval } from '@netspace/stats/interval';
import { shareAtLeast, shareInterval } from '@netspace/stats/share';
import { contrastOf, shareBelowContrast, stratifiedDifference, type Strata } from '@netspace/stats/weighted';
import { rankingOf, type Ranking } from './ranking.ts';

export type Question =
  /** The means of a and b differ by less than the margin: two one-sided tests (Schuirmann 1987). */
  | { readonly kind: 'equal'; readonly a: Strata; readonly b: Strata; readonly margin: number }
  /** The mean of `better` is below that of `worse`; one that is surely below the margin counts for nothing. */
  | { readonly kind: 'better'; readonly better: Strata; readonly worse: Strata; readonly margin: number }
  /** The mean of `worse` is above that of `base` by more than the margin. */
  | { readonly kind: 'much-worse'; readonly base: Strata; readonly worse: Strata; readonly margin: number }
  /** Each list has a lower mean than the one before it. */
  | { readonly kind: 'falling'; readonly lists: Strata }
  /** The best of `draws` random networks is within the margin of the best of all with a probability of at least `wanted`. */
  | {
      readonly kind: 'reach';
      readonly errors: readonly number[];
      readonly draws: number;
      readonly margin: number;
      readonly wanted: number;
    }
  | ({ readonly kind: 'ranking' } & Ranking);

export interface Judgement {
  /** A difference of means that is positive where the claim is right (of `equal`: a less b), or a probability. */
  readonly effect: Interval;
  readonly unit: 'difference' | 'probability';
  readonly supports: number;
  readonly opposes: number;
}

/** The options feed the bootstraps of effects and of rankings alone: the same stream gives the same figures. */
export function judge(question: Question, bootstrap: BootstrapOptions): Judgement {
  switch (question.kind) {
    case 'equal':
      return judgeEqual(question.a, question.b, question.margin, bootstrap);
    case 'better':
      return judgeGain(question.worse, question.better, [0, question.margin], bootstrap);
    case 'much-worse':
      return judgeGain(question.worse, question.base, [question.margin, question.margin], bootstrap);
    case 'falling':
      return judgeFalling(question.lists, bootstrap);
    case 'reach':
      return judgeReach(question);
    case 'ranking':
      return { unit: 'probability', ...rankingOf(question, bootstrap) };
  }
}

function judgeEqual(a: Strata, b: Strata, margin: number, bootstrap: BootstrapOptions): Judgement {
  const contrast = contrastOf(a, b);
  const below = shareBelowContrast(contrast, margin);
  const above = 1 - shareBelowContrast(contrast, -margin);
  return {
    effect: intervalOf(a, b, bootstrap),
    unit: 'difference',
    supports: Math.max(below, above),
    // It may lie beyond either end, so each end has half of the level.
    opposes: Math.min(1, 2 * Math.min(1 - below, 1 - above)),
  };
}

/** mean(high) - mean(low): `supports` where it is surely above the first limit, `opposes` where it is surely below the second. */
function judgeGain(
  high: Strata,
  low: Strata,
  limits: readonly [number, number],
  bootstrap: BootstrapOptions,
): Judgement {
  const contrast = contrastOf(high, low);
  return {
    effect: intervalOf(high, low, bootstrap),
    unit: 'difference',
    supports: 1 - shareBelowContrast(contrast, limits[0]),
    opposes: shareBelowContrast(contrast, limits[1]),
  };
}

/** All steps must go down (so the worst p counts), and one that goes up is enough against it. */
function judgeFalling(lists: Strata, bootstrap: BootstrapOptions): Judgement {
  const rises = lists.slice(1).map((next, i) => shareBelowContrast(contrastOf([lists[i] ?? []], [next]), 0));
  return {
    effect: intervalOf([lists[0] ?? []], [lists.at(-1) ?? []], bootstrap),
    unit: 'difference',
    supports: Math.max(...rises.map((p) => 1 - p)),
    opposes: Math.min(1, rises.length * Math.min(...rises)),
  };
}

/** A share q of the space lies within the margin: the best of m draws does with 1 - (1 - q)^m. The best network itself proves nothing of q. */
function judgeReach({ errors, draws, margin, wanted }: Question & { kind: 'reach' }): Judgement {
  const least = Math.min(...errors);
  const near = errors.filter((error) => error <= least + margin).length - 1;
  const others = errors.length - 1;
  const needed = 1 - (1 - wanted) ** (1 / draws);
  const reached = (share: number): number => 1 - (1 - share) ** draws;
  const { low, high } = shareInterval(near, others, 0.95);
  return {
    effect: { estimate: reached(near / others), low: reached(low), high: reached(high) },
    unit: 'probability',
    supports: shareAtLeast(near, others, needed),
    opposes: 1 - shareAtLeast(near + 1, others, needed),
  };
}

/** BCa bootstrap of one pair of lists; Student's t over several. */
function intervalOf(a: Strata, b: Strata, bootstrap: BootstrapOptions): Interval {
  const [onlyA = [], ...moreA] = a;
  return moreA.length === 0 ? meanDifference(onlyA, b[0] ?? [], bootstrap) : stratifiedDifference(a, b);
}
