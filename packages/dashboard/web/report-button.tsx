/** Makes a report on a selection, and hands it over as a file. */
import { useEffect, useState } from 'preact/hooks';
import type { Report, Selection } from '../selection-schema.ts';
import { selectionQuery } from './edf-figure.tsx';
import { ofSweeps, useComputed } from './loaded.ts';

interface ReportButtonProps {
  readonly selections: readonly Selection[];
  readonly label?: string;
}

export function ReportButton({ selections, label = 'Report as a file' }: ReportButtonProps) {
  const asked = selectionQuery(selections);
  const [wanted, setWanted] = useState<string>();
  const report = useComputed<Report>(
    wanted === asked ? `/api/report?${asked}` : undefined,
    ofSweeps(selections.map(({ sweep }) => sweep)),
  );
  const { value } = report;
  useEffect(() => {
    if (value === undefined || wanted !== asked) return;
    hand(value);
    setWanted(undefined);
  }, [value]);
  return (
    <p class="toolbar">
      <button type="button" disabled={wanted === asked} onClick={() => setWanted(asked)}>
        {wanted === asked ? 'Making the report …' : label}
      </button>
      <span role="status">{report.problem}</span>
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
