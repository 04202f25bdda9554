/** In the reader's browser: hides spaces, sorts the table of trials, and lights a network's row where a chart points at it, and the other way round. */

const rows = [...document.querySelectorAll<HTMLTableRowElement>('#trial-table tbody tr')];

function announce(name: 'highlight' | 'filter', detail: unknown): void {
  document.dispatchEvent(new CustomEvent(`netspace:${name}`, { detail }));
}

/** Each button of a space shows or hides it, in the charts by the event and here by its elements. */
function filterBySpace(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button.space')];
  const hide = (): void => {
    const hidden = buttons
      .filter((button) => button.ariaPressed === 'false')
      .map((button) => button.dataset['space'] ?? '');
    for (const part of document.querySelectorAll<HTMLElement>('[data-of-space]'))
      part.hidden = hidden.includes(part.dataset['ofSpace'] ?? '');
    announce('filter', hidden);
  };
  for (const button of buttons)
    button.addEventListener('click', () => {
      button.ariaPressed = button.ariaPressed === 'false' ? 'true' : 'false';
      hide();
    });
}

/** A column's title becomes a button: first ascending, then descending. */
function sortByColumn(): void {
  for (const [index, header] of document.querySelectorAll<HTMLElement>('#trial-table thead th').entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    button.addEventListener('click', () => sort(index, header));
    header.replaceChildren(button);
  }
}

function sort(column: number, header: HTMLElement): void {
  const direction = header.ariaSort === 'ascending' ? -1 : 1;
  for (const other of document.querySelectorAll<HTMLElement>('#trial-table thead th'))
    other.ariaSort = 'none';
  header.ariaSort = direction === 1 ? 'ascending' : 'descending';
  const sorted = rows.toSorted((a, b) => direction * compare(a.cells[column], b.cells[column]));
  document.querySelector('#trial-table tbody')?.append(...sorted);
}

/** By number where the cells have one, else as people sort names: "net 2" before "net 10". */
function compare(a: HTMLTableCellElement | undefined, b: HTMLTableCellElement | undefined): number {
  const [left, right] = [a?.dataset['value'], b?.dataset['value']];
  if (left !== undefined && right !== undefined) return Number(left) - Number(right);
  return (a?.textContent ?? '').localeCompare(b?.textContent ?? '', 'en', { numeric: true });
}

function linkRows(): void {
  for (const row of rows) {
    row.addEventListener('mouseenter', () => announce('highlight', Number(row.dataset['id'])));
    row.addEventListener('mouseleave', () => announce('highlight', null));
  }
  document.addEventListener('netspace:highlight', (event) => {
    const id = String((event as CustomEvent<number | null>).detail);
    for (const row of rows) row.classList.toggle('lit', row.dataset['id'] === id);
  });
}

for (const toolbar of document.querySelectorAll<HTMLElement>('.toolbar')) toolbar.hidden = false;
filterBySpace();
sortByColumn();
linkRows();
