/** The table of all trials: best first; where scripts run, every column sorts it. */
import type { Measurement } from '@netspace/analysis/measurement';
import { formatNumber, formatPercent } from '@netspace/analysis/wording';
import { trialRecords, type TrialRecord } from './data.ts';
import { markup, type Html } from './html.ts';
import { scrolling } from './tables.ts';

interface Column {
  readonly title: string;
  readonly text: (record: TrialRecord) => string;
  /** What the column is sorted by where that is not its text. */
  readonly value?: (record: TrialRecord) => number;
}

const columns: readonly Column[] = [
  { title: 'Network', text: (r) => r.name },
  { title: 'Space', text: (r) => r.space },
  {
    title: 'Error',
    text: (r) => (r.status === 'completed' ? formatPercent(r.error) : r.status),
    value: (r) => r.error,
  },
  { title: 'Flops', text: (r) => formatNumber(r.flops), value: (r) => r.flops },
  { title: 'Params', text: (r) => formatNumber(r.params), value: (r) => r.params },
  { title: 'Activations', text: (r) => formatNumber(r.activations), value: (r) => r.activations },
  { title: 'Depths', text: (r) => r.depths, value: (r) => sumOf(r.depths) },
  { title: 'Widths', text: (r) => r.widths, value: (r) => sumOf(r.widths) },
  { title: 'b', text: (r) => r.bottleneckRatios },
  { title: 'g', text: (r) => r.groupWidths },
  { title: 'Fit error', text: (r) => r.fitError.toFixed(3), value: (r) => r.fitError },
];

export function trialTable(measured: readonly Measurement[]): Html {
  const records = trialRecords(measured).toSorted((a, b) => a.error - b.error);
  return scrolling(
    markup`<table id="trial-table">
      <caption>
        Networks by error, the best first
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }) => markup`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${records.map(rowOf)}
      </tbody>
    </table>`,
  );
}

function rowOf(record: TrialRecord): Html {
  const [name, ...others] = columns;
  const cells = others.map((column) => markup`<td${sortValue(column, record)}>${column.text(record)}</td>`);
  return markup`<tr
    data-id="${record.id}"
    data-of-space="${record.space}"
    class="${record.status}"
  >
    <th scope="row">${name?.text(record) ?? ''}</th>
    ${cells}
  </tr> `;
}

function sortValue({ value }: Column, record: TrialRecord): Html {
  return value === undefined ? markup`` : markup` data-value="${value(record)}"`;
}

function sumOf(list: string): number {
  return list.split('/').reduce((sum, part) => sum + Number(part), 0);
}
