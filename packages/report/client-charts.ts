/** In the reader's browser: draws the charts live, links them by highlight and filter, and shows what the pointer is on. */

interface View {
  signal(name: string, value: unknown): View;
  width(pixels: number): View;
  runAsync(): Promise<View>;
  tooltip(handler: (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void): View;
  addEventListener(type: string, handler: (event: MouseEvent, item: Item | null) => void): View;
}

interface Item {
  readonly datum?: { readonly id?: number };
}

interface Vega {
  parse(spec: unknown, config: undefined, options: { ast: true }): unknown;
  View: new (runtime: unknown, options: object) => View;
}

interface Trial {
  readonly id: number;
  readonly name: string;
  readonly space: string;
  readonly depths: string;
  readonly widths: string;
  readonly bottleneckRatios: string;
  readonly groupWidths: string;
}

interface PageData {
  readonly specs: Readonly<Record<string, unknown>>;
  readonly trials: readonly Trial[];
}

declare const vega: Vega;
declare const expressionInterpreter: unknown;

const data: PageData = JSON.parse(document.querySelector('#data')?.textContent ?? '{}');
const trials = new Map(data.trials.map((trial) => [trial.id, trial]));
const views: View[] = [];
let hidden: readonly string[] = [];
let highlight: number | null = null;

/** Charts are drawn when they come near the window, so that a page with many opens at once. */
function drawWhenNear(): void {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        observer.unobserve(target);
        void drawLive(target);
      }
    },
    { rootMargin: '600px' },
  );
  for (const plot of document.querySelectorAll('[data-chart]')) observer.observe(plot);
}

/** Draws beside the picture and then takes its place, so that nothing flickers; if drawing fails, the picture stays. */
async function drawLive(plot: HTMLElement): Promise<void> {
  const spec = data.specs[plot.dataset['chart'] ?? ''];
  if (spec === undefined) return;
  const container = document.createElement('div');
  const view = new vega.View(vega.parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'svg',
    container,
    hover: true,
  });
  view.tooltip((_handler, event, _item, value) => showTooltip(event, value));
  await view.width(plot.clientWidth).signal('hidden', hidden).signal('highlight', highlight).runAsync();
  plot.replaceChildren(container);
  plot.dataset['live'] = '';
  listen(view);
  followWidth(view, plot);
  views.push(view);
}

function listen(view: View): void {
  view.addEventListener('mouseover', (_event, item) => announce(item?.datum?.id ?? null));
  view.addEventListener('mouseout', () => announce(null));
}

/** Charts and the table hear of it alike. */
function announce(id: number | null): void {
  if (id !== highlight) document.dispatchEvent(new CustomEvent('netspace:highlight', { detail: id }));
}

function followWidth(view: View, plot: HTMLElement): void {
  let width = plot.clientWidth;
  new ResizeObserver(() => {
    if (plot.clientWidth === width || plot.clientWidth === 0) return;
    width = plot.clientWidth;
    void view.width(width).runAsync();
  }).observe(plot);
}

function signalAll(name: string, value: unknown): void {
  for (const view of views) void view.signal(name, value).runAsync();
}

function showTooltip(event: MouseEvent, value: unknown): void {
  const tooltip = document.querySelector<HTMLElement>('#tooltip');
  if (tooltip === null) return;
  tooltip.hidden = value === null || value === undefined || value === '';
  if (tooltip.hidden) return;
  tooltip.replaceChildren(...describe(value));
  const { innerWidth, innerHeight } = window;
  const left = Math.min(event.clientX + 14, innerWidth - tooltip.offsetWidth - 8);
  const below = event.clientY + 16;
  const top = below + tooltip.offsetHeight > innerHeight ? event.clientY - tooltip.offsetHeight - 12 : below;
  tooltip.style.left = `${Math.max(8, left)}px`;
  tooltip.style.top = `${Math.max(8, top)}px`;
}

/** The network in words, then what this chart knows of it; texts only, never HTML. */
function describe(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [document.createTextNode(String(value))];
  const entries = Object.entries(value);
  const list = document.createElement('dl');
  for (const [title, text] of entries)
    if (title !== 'Network') list.append(element('dt', title), element('dd', String(text)));
  const trial = highlight === null ? undefined : trials.get(highlight);
  return trial === undefined ? [list] : [element('b', trial.name), inWords(trial), list];
}

function inWords({ depths, widths, bottleneckRatios, groupWidths }: Trial): HTMLElement {
  const words = element('span', `${depths} blocks, ${widths} wide, b ${bottleneckRatios}, g ${groupWidths}`);
  words.className = 'words';
  return words;
}

function element(name: string, text: string): HTMLElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}

document.addEventListener('netspace:highlight', (event) => {
  highlight = (event as CustomEvent<number | null>).detail;
  signalAll('highlight', highlight);
});

document.addEventListener('netspace:filter', (event) => {
  hidden = (event as CustomEvent<readonly string[]>).detail;
  signalAll('hidden', hidden);
});

drawWhenNear();
