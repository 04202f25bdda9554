/** Figures of the study as people read them. */
import { formatP, formatPercent } from '@netspace/analysis/wording';
import type { Tested } from './study.ts';

/** Differences with two digits of a percentage point: margins are half of one. Of fit errors as they are. */
export function effectOf({ judgement, test }: Tested): {
  readonly estimate: string;
  readonly interval: string;
} {
  if (!judgement) return { estimate: '–', interval: '–' };
  const { estimate, low, high } = judgement.effect;
  const show = judgement.unit === 'probability' ? formatPercent : isFit(test.id) ? plain : points;
  return { estimate: show(estimate), interval: `${show(low)} to ${show(high)}` };
}

/** The p that has decided, or that came nearer to deciding. */
export function pOf({ decision, judgement }: Tested): string {
  if (!judgement) return '–';
  const against = decision.verdict === 'does not hold';
  return `${formatP(against ? decision.opposes : decision.supports)}${against ? ' (against)' : ''}`;
}

export function duration(seconds: number): string {
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function isFit(id: string): boolean {
  return id.startsWith('14');
}

function points(difference: number): string {
  return plain(100 * difference);
}

function plain(value: number): string {
  const text = value.toFixed(2);
  return text === '-0.00' ? '0.00' : text.replace('-', '−');
}
