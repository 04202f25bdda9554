/** A refinement in words: constraints as people say them, and the evidence in a sentence. */
import { rules } from '@netspace/space/rule';
import type { Interval } from '@netspace/stats/interval';
import type { Constraint } from './constraint.ts';
import type { Candidate, Refinement } from './refinement.ts';
import { counted, formatNumber, formatPoints, formatShare, parameterTitle } from './wording.ts';

/** "widths-do-not-decrease", "Depth (blocks) of at least 12", "b of every stage of at most 2". */
export function constraintWords(constraint: Constraint): string {
  if (constraint.kind === 'equal-line')
    return `w0 and wa within a factor of ${constraint.ratio} of each other`;
  if (constraint.kind === 'rule')
    return constraint.limit === undefined ? constraint.rule : `${constraint.rule} ${constraint.limit}`;
  const { dimension, of, low, high } = constraint;
  const title = dimension === 'width' ? 'Width' : parameterTitle(dimension);
  const where = of === 'stage' ? ' of every stage' : '';
  return low === undefined
    ? `${title}${where} of at most ${formatNumber(high ?? NaN)}`
    : `${title}${where} of at least ${formatNumber(low)}`;
}

/** What it demands, for people who do not know the rule's name; nothing for others than rules. */
export function constraintSentence(constraint: Constraint): string | undefined {
  return constraint.kind === 'rule' ? rules[constraint.rule].sentence : undefined;
}

/** The verdict with its figures: "mean error −1.2 points (−1.9 to −0.4) of the space's, best of 20 …, 212 of 500 networks". */
export function evidenceWords({
  gain,
  completedGain,
  bestDifference,
  inside,
  outside,
  networksNeeded,
  verdict,
}: Candidate): string {
  const share = `${inside} of ${counted(inside + outside, 'network')}`;
  const needed =
    verdict !== 'cannot tell yet'
      ? ''
      : networksNeeded === null
        ? '; no number of networks that could be trained would tell'
        : `; about ${networksNeeded} networks would tell`;
  if (gain === null || bestDifference === null) return `${share} obey: too few on a side${needed}`;
  const completed = completedGain === null ? '' : `, of those that completed ${points(completedGain)}`;
  return `mean error ${points(gain)}${completed}, expected best of ${bestDifference.draws} ${points(bestDifference)}, ${share}${needed}`;
}

function points({ estimate, low, high }: Interval): string {
  return `${formatPoints(estimate)} points (${formatPoints(low)} to ${formatPoints(high)})`;
}

/** The answer in a sentence or two. */
export function refinementFinding({ space, n, tested, adopted, margin }: Refinement): string {
  const asked = `${counted(tested, 'constraint')} of ${space} tested together on ${counted(n, 'network')}`;
  const [first] = adopted;
  if (first === undefined)
    return `Nothing to change yet: of ${asked} none improves it beyond chance, and none is shown to lose less than ${formatPoints(margin)} points.`;
  const kept = adopted.at(-1)?.inside ?? n;
  return `Of ${asked}, ${adopted
    .map((candidate) => `${constraintWords(candidate.constraint)} ${candidate.verdict}`)
    .join(', then ')}; ${formatShare(kept / n)} of the networks stay.`;
}
