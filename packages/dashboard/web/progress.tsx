/** How far a sweep is: a bar whose parts are the states of its trials, and the same in words. */
import type { SweepSummary } from '../sweep-schema.ts';

const shown = ['completed', 'diverged', 'failed', 'lost', 'leased', 'planned', 'cancelled'] as const;

const words: Readonly<Record<(typeof shown)[number], string>> = {
  completed: 'completed',
  diverged: 'diverged',
  failed: 'failed',
  lost: 'lost',
  leased: 'in training',
  planned: 'planned',
  cancelled: 'cancelled',
};

export function totalOf(counts: SweepSummary['counts']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function Progress({ counts }: { counts: SweepSummary['counts'] }) {
  const total = totalOf(counts);
  const parts = shown.filter((status) => counts[status] > 0);
  const text = parts.map((status) => `${counts[status]} ${words[status]}`).join(', ');
  let start = 0;
  return (
    <div class="progress">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={text}>
        <rect class="track" width={100} height={4} />
        {parts.map((status) => {
          const [from, size] = [start, (100 * counts[status]) / total];
          start += size;
          return <rect key={status} class={`status-${status}`} x={from} width={size} height={4} />;
        })}
      </svg>
      <span class="quiet">{text === '' ? 'no trials' : text}</span>
    </div>
  );
}
