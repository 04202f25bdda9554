/** Numbers, times and states as pages say them. */
import { formatPercent } from '@netspace/analysis/wording';

export function percent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? '–' : formatPercent(fraction);
}

/** "3 min", "2.5 h", "4 days": two digits are enough to plan a day. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Number((seconds / 3600).toPrecision(2))} h`;
  return `${Number((seconds / 86_400).toPrecision(2))} days`;
}

export function rate(each: number | undefined): string {
  return each === undefined ? '–' : String(Number(each.toPrecision(3)));
}

/** By the clock of whoever looks. */
export function moment(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–';
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
