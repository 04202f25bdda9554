/**
 * In the reader's browser: makes a written report live.
 *
 * The pictures keep their axes; canvases over them draw the networks, so that ten thousand can be brushed, filtered and pointed at.
 */
import { spaceColor } from '@netspace/analysis/chart';
import { formatPercent } from '@netspace/analysis/wording';
import { offerDownloads } from './client-downloads.ts';
import { livePlot, type Plot } from './client-plot.ts';
import { makeSelection, type Selection } from './client-selection.ts';
import { liveTable } from './client-table.ts';
import type { CarriedData, PageData } from './page-data.ts';

async function readData(): Promise<CarriedData> {
  const text = atob(document.querySelector('#data')?.textContent.trim() ?? '');
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as CarriedData;
}

function liveFigures(data: PageData, selection: Selection): void {
  const plots: Plot[] = [];
  for (const picture of document.querySelectorAll<HTMLElement>('.picture[data-frame]')) {
    const figure = picture.closest('figure')?.dataset['figure'] ?? '';
    picture.tabIndex = 0;
    picture.setAttribute('role', 'application');
    picture.setAttribute('aria-describedby', 'keys');
    plots.push(livePlot(data, selection, figure, picture));
  }
  const repaint = inFrame(() => plots.forEach((plot) => plot.repaint()));
  selection.onChange((reset) => {
    if (reset) for (const plot of plots) plot.clearBrush();
    repaint();
  });
  const repaintTop = inFrame(() => plots.forEach((plot) => plot.repaintTop()));
  selection.onHighlight(repaintTop);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
}

/** However often it is asked for, it happens once a frame. */
function inFrame(action: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      action();
    });
  };
}

/** What a reader jumps to comes to rest below the bar, which covers the upper end of the window, and on a phone takes several lines there. */
function leaveRoomForToolbar(): void {
  const toolbar = document.querySelector('.toolbar');
  if (toolbar === null) return;
  const measure = (): void =>
    document.documentElement.style.setProperty('--toolbar', `${toolbar.getBoundingClientRect().height}px`);
  measure();
  new ResizeObserver(measure).observe(toolbar);
}

/** Buttons of spaces, words to search for, and how much is selected. */
function liveToolbar(data: PageData, selection: Selection): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button.space')];
  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener('click', () => selection.toggleSpace(Number(button.dataset['space'])));
  }
  const search = document.querySelector<HTMLInputElement>('#search');
  search?.addEventListener('input', () => selection.search(search.value));
  for (const reset of document.querySelectorAll('[data-reset]'))
    reset.addEventListener('click', selection.reset);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && selection.active()) selection.reset();
  });
  selection.onChange((reset) => {
    if (reset && search) search.value = '';
    for (const button of buttons)
      button.ariaPressed = selection.hidden.has(Number(button.dataset['space'])) ? 'false' : 'true';
    hideSummaries(data, selection);
    for (const part of document.querySelectorAll<HTMLElement>('[data-of-space]'))
      part.hidden = selection.hidden.has(Number(part.dataset['ofSpace']));
    tellSelection(data, selection);
  });
}

/** What sums up a space in pictures that scripts do not draw bears the space's colour, which vanishes once all spaces of it are hidden. */
function hideSummaries({ spaces }: PageData, { hidden }: Selection): void {
  const shown = new Set(spaces.flatMap((_, i) => (hidden.has(i) ? [] : [spaceColor(i)])));
  for (const color of new Set(spaces.map((_, i) => spaceColor(i))))
    for (const mark of document.querySelectorAll<SVGElement>(
      `[data-by-space] svg :is([stroke="${color}"], [fill="${color}"])`,
    ))
      mark.style.display = shown.has(color) ? '' : 'none';
}

const hint = 'Drag in any figure to select networks in all of them.';

function tellSelection(data: PageData, selection: Selection): void {
  const total = data.trials.name.length;
  const active = selection.active();
  document.documentElement.toggleAttribute('data-filtered', active);
  for (const reset of document.querySelectorAll<HTMLElement>('[data-reset]')) reset.hidden = !active;
  const status = document.querySelector('#selected');
  if (status === null) return;
  const parts = active ? data.spaces.flatMap((name, space) => partOf(data, selection, name, space)) : [];
  status.textContent = active ? `${selection.count()} of ${total} selected` : `${total} networks`;
  const detail = document.querySelector('#selected-parts');
  if (detail !== null) detail.textContent = active ? parts.join(' · ') : hint;
}

/** "AnyNetX 12, mean error 13.2 %". */
function partOf({ trials }: PageData, { mask }: Selection, name: string, space: number): string[] {
  const errors = trials.error.filter((_, i) => trials.space[i] === space && mask[i] === 1);
  if (errors.length === 0) return [];
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return [`${name} ${errors.length}, mean error ${formatPercent(mean)}`];
}

/** A width picture belongs to one network: pointing at it lights that network everywhere. */
function liveWidths(selection: Selection): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-network]')) {
    figure.addEventListener('mouseenter', () => selection.highlight(Number(figure.dataset['network'])));
    figure.addEventListener('mouseleave', () => selection.highlight(null));
  }
}

const data = await readData();
const selection = makeSelection(data);
for (const part of document.querySelectorAll<HTMLElement>('.live-only')) part.hidden = false;
liveFigures(data, selection);
liveToolbar(data, selection);
leaveRoomForToolbar();
liveTable(data, selection);
liveWidths(selection);
offerDownloads(data, selection);
document.documentElement.dataset['live'] = '';
