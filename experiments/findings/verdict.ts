/**
 * From judgements to verdicts, for the whole family at once.
 *
 * Both kinds of p are corrected by Holm's method over all tests that the study declares, those without results included (as p = 1). So a study of
 * spaces of which none differs calls any claim right with at most 5 %, and one in which every claim is true calls any wrong with at most 5 %.
 */
import { holmCorrected } from '@netspace/stats/holm';
import type { Judgement } from './question.ts';

type Verdict = 'holds' | 'not resolved' | 'does not hold' | 'not measured';

export interface Decision {
  readonly verdict: Verdict;
  /** Corrected for the family: that the claim is right, and that it is wrong. */
  readonly supports: number;
  readonly opposes: number;
}

/** In the order given; undefined stands for a test without results. */
export function decide(judgements: readonly (Judgement | undefined)[], level: number): Decision[] {
  const supports = holmCorrected(judgements.map((each) => each?.supports ?? 1));
  const opposes = holmCorrected(judgements.map((each) => each?.opposes ?? 1));
  return judgements.map((judgement, i) => {
    const [right = 1, wrong = 1] = [supports[i], opposes[i]];
    return { supports: right, opposes: wrong, verdict: verdictOf(judgement, right, wrong, level) };
  });
}

/** What is surely too small to matter does not hold, though it be surely there: so the case against a claim is asked first. */
function verdictOf(judgement: Judgement | undefined, right: number, wrong: number, level: number): Verdict {
  if (judgement === undefined) return 'not measured';
  if (wrong <= level) return 'does not hold';
  return right <= level ? 'holds' : 'not resolved';
}
