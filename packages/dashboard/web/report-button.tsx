/** Makes a report on a selection, and hands it over as a file. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Computed } from '../computed-schema.ts';
import type { Report, Selection } from '../selection-schema.ts';
import { selectionQuery } from './edf-figure.tsx';
import { ofSweeps, useLoaded } from './loaded.ts';

interface ReportButtonProps {
  readonly selections: readonly Selection[];
  readonly label?: string;
}

export function ReportButton({ selections, label = 'Report as a file' }: ReportButtonProps) {
  const asked = selectionQuery(selections);
  const [wanted, setWanted] = useState<string>();
  const { value: answer, problem } = useLoaded<Computed<Report>>(
    wanted === asked ? `/api/report?${asked}` : undefined,
    ofSweeps(selections.map(({ sweep }) => sweep)),
  );
  // What was there when the button was pressed: of trials that have changed since, so that another one is waited for.
  const older = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (answer === undefined || wanted !== asked) return;
    const html = answer.state === 'computing' ? '' : answer.result.html;
    if (answer.state !== 'ready') older.current ??= html;
    if (answer.state === 'computing' || (answer.state === 'stale' && html === older.current)) return;
    older.current = undefined;
    hand(answer.result);
    setWanted(undefined);
  }, [answer]);
  return (
    <p class="toolbar">
      <button type="button" disabled={wanted === asked} onClick={() => setWanted(asked)}>
        {wanted === asked ? 'Making the report …' : label}
      </button>
      <span role="status">{problem}</span>
    </p>
  );
}

function hand({ title, html }: Report): void {
  const address = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
