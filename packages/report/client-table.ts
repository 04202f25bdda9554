/** In the reader's browser: all trials in a table of which only the rows in sight exist, sorted by any column. */
import type { Selection } from './client-selection.ts';
import type { PageData } from './page-data.ts';
import { byError, tableColumns, writtenRows } from './table-columns.ts';

/** Pixels; the style sheet gives each row this height. */
const rowHeight = 30;

/** Rows drawn above and below those in sight. */
const spare = 8;

export function liveTable(data: PageData, selection: Selection): void {
  const table = document.querySelector<HTMLTableElement>('#trial-table');
  const [body] = table?.tBodies ?? [];
  const scroller = document.querySelector<HTMLElement>('#trial-rows');
  if (!table || !body || !scroller) return;
  let sorted = byError(data);
  let shown = sorted;
  let first = -1;

  const paint = (): void => {
    const top = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - spare);
    const count = Math.ceil(scroller.clientHeight / rowHeight) + 2 * spare;
    if (top === first) return;
    first = top;
    const rows = shown.slice(top, top + count).map((trial, i) => rowOf(data, trial, top + i + 2));
    body.replaceChildren(
      spacer(top * rowHeight),
      ...rows,
      spacer(Math.max(0, shown.length - top - count) * rowHeight),
    );
    light();
  };
  const refresh = (): void => {
    shown = sorted.filter((trial) => selection.mask[trial] === 1);
    table.setAttribute('aria-rowcount', String(shown.length + 1));
    first = -1;
    paint();
  };
  const light = (): void => {
    const id = String(selection.highlighted());
    for (const row of body.rows) row.classList.toggle('lit', row.dataset['id'] === id);
  };

  scroller.classList.add('live');
  scroller.addEventListener('scroll', paint, { passive: true });
  new ResizeObserver(() => {
    first = -1;
    paint();
  }).observe(scroller);
  // Paper does not scroll: it gets as many rows as a page without scripts has.
  addEventListener('beforeprint', () => {
    body.replaceChildren(...shown.slice(0, writtenRows).map((trial, i) => rowOf(data, trial, i + 2)));
  });
  addEventListener('afterprint', refresh);
  body.addEventListener('mouseover', (event) => {
    const id = (event.target as Element).closest('tr')?.dataset['id'];
    selection.highlight(id === undefined ? null : Number(id));
  });
  body.addEventListener('mouseleave', () => selection.highlight(null));
  selection.onHighlight(light);
  selection.onChange(refresh);
  sortByColumn(data, table, (order) => {
    sorted = order;
    scroller.scrollTop = 0;
    refresh();
  });
  refresh();
}

function rowOf(data: PageData, trial: number, place: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.dataset['id'] = String(trial);
  row.className = data.trials.status[trial] ?? '';
  row.setAttribute('aria-rowindex', String(place));
  for (const [i, column] of tableColumns.entries()) {
    const cell = document.createElement(i === 0 ? 'th' : 'td');
    if (i === 0) cell.setAttribute('scope', 'row');
    cell.textContent = column.text(data, trial);
    row.append(cell);
  }
  return row;
}

/** Stands for the rows that are not drawn. */
function spacer(height: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.ariaHidden = 'true';
  row.className = 'spacer';
  const cell = row.insertCell();
  cell.colSpan = tableColumns.length;
  cell.style.height = `${height}px`;
  return row;
}

/** A column's title becomes a button: first ascending, then descending. */
function sortByColumn(
  data: PageData,
  table: HTMLTableElement,
  sortedInto: (order: readonly number[]) => void,
): void {
  const headers = [...table.querySelectorAll<HTMLElement>('thead th')];
  for (const [index, header] of headers.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    button.addEventListener('click', () => {
      const direction = header.ariaSort === 'ascending' ? -1 : 1;
      for (const other of headers) other.removeAttribute('aria-sort');
      header.ariaSort = direction === 1 ? 'ascending' : 'descending';
      sortedInto(orderBy(data, index, direction));
    });
    header.replaceChildren(button);
  }
}

/** By number where the column has one, else as people sort names: "net 2" before "net 10". */
function orderBy(data: PageData, index: number, direction: 1 | -1): readonly number[] {
  const column = tableColumns[index];
  const trials = byError(data);
  if (column === undefined) return trials;
  const { value, text } = column;
  if (value !== undefined) return trials.toSorted((a, b) => direction * (value(data, a) - value(data, b)));
  const collator = new Intl.Collator('en', { numeric: true });
  return trials.toSorted((a, b) => direction * collator.compare(text(data, a), text(data, b)));
}
