/**
 * Which constraints would improve a design space or make it smaller without loss: the step from AnyNetX A to RegNetX, with its evidence.
 *
 * "Designing Network Design Spaces" (Sections 3.2 and 3.3) compares EDFs by eye, a constraint at a time. Here all candidate constraints split one population
 * into networks inside and outside, and the intervals of all their differences hold together with 95 %: who asks forty questions
 * finds an answer by chance, and the best of them is the one that chance helped most. Differences of means, of all networks and of those
 * that completed, are simultaneous by max-T, those of the expected best by Bonferroni. What improves must differ; what simplifies must be shown not to lose more
 * than a margin, for which a large p is no evidence. All else cannot be told yet.
 */
import { bestDifference, defaultDraws } from '@netspace/stats/best';
import type { Interval } from '@netspace/stats/interval';
import { testSplits, type SplitTest } from '@netspace/stats/max-t';
import { normalQuantile } from '@netspace/stats/normal';
import { random, type Random } from '@netspace/stats/random';
import type { Space } from '@netspace/space/space';
import { candidateSplits, obeys, type Constraint, type Split } from './constraint.ts';
import type { Measurement } from './measurement.ts';

export type Verdict = 'improves' | 'simplifies without loss' | 'hurts' | 'cannot tell yet';

export interface Candidate {
  readonly constraint: Constraint;
  readonly verdict: Verdict;
  /** Networks that obey it, and that do not. */
  readonly inside: number;
  readonly outside: number;
  /** Mean error inside less that outside; negative where the constraint is good. Null where a side has too few networks. */
  readonly meanDifference: Interval | null;
  /** What the space's mean error would change by: the same times the share outside. */
  readonly gain: Interval | null;
  /**
   * The same two for the networks that completed, where some failed: a few errors of 1 hide a difference that the others show plainly. Null where
   * nobody failed, or a side has too few.
   */
  readonly completedDifference: Interval | null;
  readonly completedGain: Interval | null;
  /** Probability that chance alone makes any candidate differ as much, in either mean. */
  readonly p: number | null;
  /** Expected least error of `draws` networks inside less that of as many of the whole population's. */
  readonly bestDifference: (Interval & { readonly draws: number }) | null;
  /** Networks of the whole population, about, that would tell; null where no million would, or nothing is known. 0 where it is told. */
  readonly networksNeeded: number | null;
}

export interface Refinement {
  readonly space: string;
  readonly n: number;
  readonly failed: number;
  /** The loss of mean and of expected best that counts as none, a fraction. */
  readonly margin: number;
  /** Candidates tested together. */
  readonly tested: number;
  /** Improvements first, by their gain; then simplifications by how many networks they leave out; then the rest. */
  readonly candidates: readonly Candidate[];
  /** Constraints to adopt, one after the other, each found among the networks that the ones before leave. */
  readonly adopted: readonly Candidate[];
}

export interface RefinementOptions {
  /** The declared space, whose dimensions are asked about; without it those of its generator. */
  readonly space?: Space;
  /** Default: half a percentage point of error, 0.005. */
  readonly margin?: number;
  /** Of the deals; default 1. */
  readonly seed?: number | string;
  /** Default 2000. */
  readonly deals?: number;
}

/** Fewer on a side have no spread that could be relied on. */
const fewest = 5;
/** More steps than these would be led by ever fewer networks. */
const mostSteps = 3;
const most = 1_000_000;

/** `members` are the networks of one space; those that failed count with error 1. */
export function refine(members: readonly Measurement[], options: RefinementOptions = {}): Refinement {
  const { margin = 0.005, seed = 1, deals = 2000 } = options;
  const stream = random(seed);
  const ask = (asked: readonly Measurement[], step: number): Answers =>
    answer(asked, candidateSplits(asked, generatorOf(asked, options.space), options.space), {
      margin,
      deals,
      stream: stream.fork(`step ${step}`),
    });
  const first = ask(members, 0);
  return {
    space: members[0]?.space ?? '',
    n: members.length,
    failed: members.filter(({ status }) => status !== 'completed').length,
    margin,
    tested: first.tested,
    candidates: first.candidates,
    adopted: adopt(members, first.candidates, ask),
  };
}

/** An improvement as long as there is one, then what simplifies. Under each step's 5 % all that came before is taken as given. */
function adopt(
  members: readonly Measurement[],
  candidates: readonly Candidate[],
  ask: (asked: readonly Measurement[], step: number) => Answers,
): Candidate[] {
  const adopted: Candidate[] = [];
  let [left, found] = [members, candidates];
  for (let step = 1; step <= mostSteps; step++) {
    const next =
      found.find(({ verdict }) => verdict === 'improves') ??
      found.find(({ verdict }) => verdict === 'simplifies without loss');
    if (next === undefined || next.constraint.kind === 'equal-line') break;
    adopted.push(next);
    left = left.filter((member) => obeys(member, next.constraint));
    found = ask(left, step).candidates;
  }
  return adopted;
}

function generatorOf(members: readonly Measurement[], space: Space | undefined): Space['generator'] {
  if (space !== undefined) return space.generator;
  const drawn = members.length > 0 && members.every(({ space: name }) => name.startsWith('regnet'));
  return drawn ? 'regnet' : 'anynet';
}

interface Answers {
  readonly tested: number;
  readonly candidates: readonly Candidate[];
}

interface Asking {
  readonly margin: number;
  readonly deals: number;
  readonly stream: Random;
}

interface Sides {
  readonly split: Split;
  readonly inside: readonly boolean[];
  readonly count: number;
}

function answer(members: readonly Measurement[], splits: readonly Split[], asking: Asking): Answers {
  const all = splits.map((split): Sides => {
    const inside = members.map((member) => obeys(member, split.constraint));
    return { split, inside, count: inside.filter(Boolean).length };
  });
  const enough = ({ count }: Sides): boolean => count >= fewest && members.length - count >= fewest;
  const asked = all.filter(enough);
  const errors = members.map(({ error }) => error);
  const { critical, tests, completedTests } = testBoth(members, asked, asking);
  const told = asked.flatMap((sides, i) => {
    const mean = tests[i];
    const means = mean && { mean, completed: completedTests?.[i] ?? null };
    return means === undefined
      ? []
      : judge(errors, sides, means, { critical, margin: asking.margin, questions: 2 * asked.length });
  });
  const untold = all
    .filter((sides) => !enough(sides))
    .map(({ split, count }) => tooFew(split, count, errors.length));
  return { tested: asked.length, candidates: [...told, ...untold].toSorted(byUse) };
}

/** Of a split: the difference of the means of all networks, and where some failed of those that completed. */
interface MeanTests {
  readonly mean: SplitTest;
  readonly completed: SplitTest | null;
}

interface BothTests {
  readonly critical: number;
  readonly tests: readonly SplitTest[];
  /** In the order of the splits; absent where nobody failed, null for splits with too few that completed on a side. */
  readonly completedTests?: readonly (SplitTest | null)[];
}

/** All intervals together hold with 95 %: where two means are asked about, each family with 97.5 %. */
function testBoth(
  members: readonly Measurement[],
  asked: readonly Sides[],
  { stream, deals }: Asking,
): BothTests {
  const errors = members.map(({ error }) => error);
  const splits = asked.map(({ inside }) => inside);
  const completes = members.map(({ status }) => status === 'completed');
  if (completes.every(Boolean)) return testSplits(errors, splits, { random: stream, deals });
  const confidence = 0.975;
  const { critical, tests } = testSplits(errors, splits, { random: stream, deals, confidence });
  const ofCompleted = <T>(list: readonly T[]): T[] => list.filter((_, i) => completes[i]);
  const kept = splits.map(ofCompleted);
  const enough = kept.map((inside) => {
    const count = inside.filter(Boolean).length;
    return count >= fewest && inside.length - count >= fewest;
  });
  const found = testSplits(
    ofCompleted(errors),
    kept.filter((_, i) => enough[i]),
    { random: stream.fork('completed'), deals, confidence },
  ).tests.values();
  return {
    critical,
    tests: tests.map(twice),
    completedTests: enough.map((is) => (is ? twice(found.next().value ?? null) : null)),
  };
}

/** Bonferroni's, of one of two tests. */
function twice<T extends SplitTest | null>(test: T): T {
  return test && { ...test, p: Math.min(1, 2 * test.p) };
}

function tooFew({ constraint }: Split, inside: number, n: number): Candidate {
  const fewer = Math.min(inside, n - inside);
  return {
    constraint,
    verdict: 'cannot tell yet',
    inside,
    outside: n - inside,
    meanDifference: null,
    gain: null,
    completedDifference: null,
    completedGain: null,
    p: null,
    bestDifference: null,
    networksNeeded: Math.ceil((n * fewest * 2) / fewer),
  };
}

interface Judging {
  readonly critical: number;
  readonly margin: number;
  /** Intervals of the expected best, all together. */
  readonly questions: number;
}

/** The constraint, and its opposite where that can be declared too: the same networks on the other side. */
function judge(
  errors: readonly number[],
  { split, inside }: Sides,
  tests: MeanTests,
  judging: Judging,
): Candidate[] {
  const own = judgeSide(errors, inside, split.constraint, tests, judging);
  if (split.opposite === undefined) return [own];
  const other = judgeSide(
    errors,
    inside.map((is) => !is),
    split.opposite,
    { mean: turned(tests.mean), completed: tests.completed && turned(tests.completed) },
    judging,
  );
  return [own, other];
}

function turned(test: SplitTest): SplitTest {
  return { ...test, ...scaled({ ...test, low: test.high, high: test.low }, -1) };
}

function judgeSide(
  errors: readonly number[],
  inside: readonly boolean[],
  constraint: Constraint,
  { mean, completed }: MeanTests,
  judging: Judging,
): Candidate {
  const kept = errors.filter((_, i) => inside[i] === true);
  const outside = errors.length - kept.length;
  const share = outside / errors.length;
  const meanDifference = scaled(mean, 1);
  const gain = scaled(mean, share);
  const best = bestOfSide(kept, errors, judging.questions);
  const verdict = verdictOf({ mean: meanDifference, gain, completed, best }, judging.margin);
  return {
    constraint,
    verdict,
    inside: kept.length,
    outside,
    meanDifference,
    gain,
    completedDifference: completed && scaled(completed, 1),
    completedGain: completed && scaled(completed, share),
    p: Math.min(mean.p, completed?.p ?? 1),
    bestDifference: best,
    networksNeeded: verdict === 'cannot tell yet' ? networksNeeded(errors.length, mean, share, judging) : 0,
  };
}

function scaled({ estimate, low, high }: Interval, factor: number): Interval {
  return { estimate: estimate * factor, low: low * factor, high: high * factor };
}

/**
 * Against the whole population, which the inside is a part of: the two estimates rise and fall together, so an interval that takes them for independent
 * is rather too wide.
 */
function bestOfSide(
  kept: readonly number[],
  all: readonly number[],
  questions: number,
): Interval & { readonly draws: number } {
  const draws = Math.min(defaultDraws(kept.length), 20);
  return { draws, ...bestDifference(kept, all, draws, 1 - 0.05 / questions) };
}

interface Evidence {
  readonly mean: Interval;
  readonly gain: Interval;
  readonly completed: Interval | null;
  readonly best: Interval;
}

/** What the networks that completed show counts where the mean of all points the same way. */
function verdictOf({ mean, gain, completed, best }: Evidence, margin: number): Verdict {
  const completedLow = mean.estimate > 0 ? (completed?.low ?? 0) : 0;
  const completedHigh = mean.estimate < 0 ? (completed?.high ?? 0) : 0;
  if (mean.low > 0 || completedLow > 0 || best.low > 0) return 'hurts';
  if (mean.high < 0 || completedHigh < 0) return 'improves';
  if (gain.high < margin && best.high < margin) return 'simplifies without loss';
  return 'cannot tell yet';
}

/**
 * The least n at which, were all as it looks, 80 of 100 populations would show a difference, or show that the mean loses less than the margin:
 * standard errors shrink with the root of n.
 */
function networksNeeded(
  n: number,
  { estimate, deviation }: SplitTest,
  share: number,
  { critical, margin }: Judging,
): number | null {
  const reach = (critical + normalQuantile(0.8)) * deviation;
  const room = margin - share * estimate;
  const forDifference = estimate === 0 ? Infinity : n * (reach / Math.abs(estimate)) ** 2;
  const forMargin = room > 0 ? n * ((share * reach) / room) ** 2 : Infinity;
  const needed = Math.ceil(Math.min(forDifference, forMargin));
  // What is not told yet needs one more at least: the expected best may be what is missing.
  return needed > most || Number.isNaN(needed) ? null : Math.max(n + 1, needed);
}

const order: readonly Verdict[] = ['improves', 'simplifies without loss', 'cannot tell yet', 'hurts'];

function byUse(a: Candidate, b: Candidate): number {
  const rank = order.indexOf(a.verdict) - order.indexOf(b.verdict);
  if (rank !== 0) return rank;
  if (a.verdict === 'simplifies without loss') return b.outside - a.outside;
  return (a.gain?.estimate ?? 0) - (b.gain?.estimate ?? 0);
}
