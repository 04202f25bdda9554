/** The answer of an analysis in plain sentences: which space is better, how sure that is, and what must be known with it. */
import { completedDetail, type Comparison } from './comparison.ts';
import type { Group } from './group.ts';
import type { MissingTrial } from './measurement.ts';
import { counted, formatPercent } from './wording.ts';

export interface Finding {
  /** The answer in a few words, without a full stop. */
  readonly headline: string;
  /** The figures it rests on: what follows the headline behind a colon. */
  readonly detail: string;
}

/** Of one space its best and mean; of two which is better; of more the one with the lowest mean against the others. */
export function findingOf(groups: readonly Group[], comparisons: readonly Comparison[]): Finding {
  const [first, second] = groups.toSorted((a, b) => a.mean - b.mean);
  if (first === undefined) return { headline: '', detail: '' };
  if (second === undefined) return description(first);
  const pair = comparisons.find(({ a, b }) => [a, b].includes(first.name) && [a, b].includes(second.name));
  const answer = { headline: pair?.headline ?? '', detail: pair?.detail ?? '' };
  return groups.length === 2 ? answer : ranking(first, answer, comparisons);
}

/** What must be known beside the answer: networks that failed and what the others say without them, trials that are missing. */
export function notesOf(
  groups: readonly Group[],
  comparisons: readonly Comparison[],
  missing: readonly MissingTrial[],
): string[] {
  const failed = groups.reduce((sum, group) => sum + group.failed, 0);
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  const [pair] = comparisons;
  const notes: string[] = [];
  if (failed > 0)
    notes.push(
      `${failed} of ${counted(n, 'network')} failed or diverged and ${verb(failed, 'counts', 'count')} with error 100 %.`,
    );
  if (failed > 0 && comparisons.length === 1 && pair !== undefined) notes.push(completedDetail(pair));
  const stopped = groups.reduce((sum, group) => sum + group.stopped, 0);
  if (stopped > 0)
    notes.push(
      `${stopped} of ${counted(n, 'network')} ${verb(stopped, 'was', 'were')} stopped early and ${verb(stopped, 'counts', 'count')} with the error of the last epoch trained, which whole trainings would have lowered: distributions and means are biased upwards, mostly among the worse networks.`,
    );
  if (missing.length > 0)
    notes.push(
      `${counted(missing.length, 'trial')} ${verb(missing.length, 'has', 'have')} no result yet and ${verb(missing.length, 'is', 'are')} left out.`,
    );
  return notes.filter((note) => note !== '');
}

function description({ name, n, min, mean }: Group): Finding {
  return {
    headline: `The best of ${counted(n, 'network')} of ${name} has ${formatPercent(min)} error`,
    detail: `their mean error is ${formatPercent(mean)}.`,
  };
}

function ranking(first: Group, closest: Finding, comparisons: readonly Comparison[]): Finding {
  const beaten = comparisons.filter(({ better }) => better === first.name).length;
  const others = comparisons.filter(({ a, b }) => a === first.name || b === first.name).length;
  return {
    headline: `${first.name} has the lowest mean error, ${formatPercent(first.mean)}, and beats ${beaten} of ${others} others beyond chance`,
    detail: `Next to it: ${closest.headline}, ${closest.detail}`,
  };
}

function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
