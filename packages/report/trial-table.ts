/** The table of trials: the best as HTML for readers without scripts; where scripts run, all of them, sorted and filtered. */
import { markup, type Html } from './html.ts';
import type { PageData } from './page-data.ts';
import { byError, tableColumns, writtenRows } from './table-columns.ts';

export function trialTable(data: PageData): Html {
  const trials = byError(data);
  const shown = trials.slice(0, writtenRows);
  const others =
    trials.length > shown.length
      ? markup`<p class="static-only note">
          The ${shown.length} best of ${trials.length}. Where scripts run, this table shows them all.
        </p>`
      : markup``;
  return markup`${others}
    <div class="scrolling" id="trial-rows" tabindex="0" role="region" aria-label="Networks">
      <table id="trial-table">
        <caption>
          Networks by error, the best first
        </caption>
        <thead>
          <tr>
            ${tableColumns.map(({ title }) => markup`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map((trial) => rowOf(data, trial))}
        </tbody>
      </table>
    </div>`;
}

function rowOf(data: PageData, trial: number): Html {
  const [name, ...others] = tableColumns;
  return markup`<tr data-id="${trial}" class="${data.trials.status[trial] ?? ''}">
    <th scope="row">${name?.text(data, trial) ?? ''}</th>
    ${others.map((column) => markup`<td>${column.text(data, trial)}</td>`)}
  </tr> `;
}
