/** In the reader's browser: what the network under the pointer is, in words and as a drawing of its stages; texts only, never HTML. */
import { spaceColor } from '@netspace/analysis/chart';
import { formatNumber, formatPercent } from '@netspace/analysis/wording';
import type { PageData } from './page-data.ts';

export function showTooltip(data: PageData, trial: number, x: number, y: number): void {
  const tooltip = document.querySelector<HTMLElement>('#tooltip');
  if (tooltip === null) return;
  tooltip.hidden = false;
  if (tooltip.dataset['trial'] !== String(trial)) tooltip.replaceChildren(...describe(data, trial));
  tooltip.dataset['trial'] = String(trial);
  const left = Math.min(x + 16, innerWidth - tooltip.offsetWidth - 8);
  const below = y + 18;
  const top = below + tooltip.offsetHeight > innerHeight ? y - tooltip.offsetHeight - 14 : below;
  tooltip.style.left = `${Math.max(8, left)}px`;
  tooltip.style.top = `${Math.max(8, top)}px`;
}

export function hideTooltip(): void {
  const tooltip = document.querySelector<HTMLElement>('#tooltip');
  if (tooltip !== null) tooltip.hidden = true;
}

function describe({ trials, spaces }: PageData, i: number): Node[] {
  const completed = trials.status[i] === 'completed';
  const facts: [string, string][] = [
    ['Space', spaces[trials.space[i] ?? 0] ?? ''],
    ['Error', completed ? formatPercent(trials.error[i] ?? NaN) : (trials.status[i] ?? '')],
    ...(trials.stopped[i] === '' ? [] : [['Stopped by', trials.stopped[i] ?? ''] as [string, string]]),
    ['Flops', formatNumber(trials.flops[i] ?? NaN)],
    ['Parameters', formatNumber(trials.params[i] ?? NaN)],
    ['Activations', formatNumber(trials.activations[i] ?? NaN)],
  ];
  const list = document.createElement('dl');
  for (const [title, text] of facts) list.append(element('dt', title), element('dd', text));
  const words = element(
    'span',
    `${trials.depths[i]} blocks, ${trials.widths[i]} wide, b ${trials.bottleneckRatios[i]}, g ${trials.groupWidths[i]}`,
  );
  words.className = 'words';
  return [
    element('b', trials.name[i] ?? ''),
    words,
    stagesPicture(trials.depths[i] ?? '', trials.widths[i] ?? '', spaceColor(trials.space[i] ?? 0)),
    list,
  ];
}

const picture = { width: 220, height: 54 };

/** A block of the picture for each block of the network, as high as it has channels. */
function stagesPicture(depths: string, widths: string, color: string): SVGElement {
  const [depth, width] = [depths.split('/').map(Number), widths.split('/').map(Number)];
  const svg = drawn('svg', {
    viewBox: `0 0 ${picture.width} ${picture.height}`,
    class: 'stages',
    'aria-hidden': 'true',
  });
  const blocks = depth.reduce((sum, each) => sum + each, 0);
  const gap = 4;
  const each = (picture.width - gap * (depth.length - 1)) / blocks;
  const widest = Math.max(...width);
  let x = 0;
  for (const [stage, count] of depth.entries()) {
    const height = Math.max(2, (picture.height * (width[stage] ?? 0)) / widest);
    for (let block = 0; block < count; block++) {
      const size = {
        x,
        y: picture.height - height,
        width: Math.max(0.6, each - (each > 4 ? 1 : 0.3)),
        height,
      };
      svg.append(drawn('rect', { ...size, fill: color, rx: each > 6 ? 1.5 : 0 }));
      x += each;
    }
    x += gap;
  }
  return svg;
}

function drawn(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const created = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  return created;
}

function element(name: string, text: string): HTMLElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}
