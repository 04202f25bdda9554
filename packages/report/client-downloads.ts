/** In the reader's browser: hands out data and figures as files. */
import { looks } from '@netspace/analysis/look';
import { colorOf } from './client-paint.ts';
import { frameOf } from './client-plot.ts';
import type { Selection } from './client-selection.ts';
import { selectedMarks } from './client-vector.ts';
import { trusted, type Html } from './html.ts';
import type { CarriedData, PageData } from './page-data.ts';
import { figureCsv, trialsCsv } from './trials-csv.ts';

/** Of all trials as JSON, and of those selected as CSV; each figure's menu gives it as SVG, PNG and CSV. */
export function offerDownloads(data: CarriedData, selection: Selection): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-download]'))
    button.addEventListener('click', () => {
      if (button.dataset['download'] === 'json') save(data.title, 'json', jsonOf(data));
      else save(data.title, 'csv', trialsCsv(data, selectedOf(selection)));
    });
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-save]'))
    button.addEventListener('click', () => void saveFigure(button, data, selection));
}

function selectedOf({ mask }: Selection): number[] {
  return [...mask.keys()].filter((trial) => mask[trial] === 1);
}

function jsonOf({ title, analysis, spaces, trials, parameters, curves }: CarriedData): string {
  return `${JSON.stringify({ title, analysis, spaces, trials, parameters, curves }, null, 1)}\n`;
}

async function saveFigure(button: HTMLElement, data: PageData, selection: Selection): Promise<void> {
  const figure = button.closest('figure');
  const pictures = [...(figure?.querySelectorAll<HTMLElement>('.picture') ?? [])];
  const picture = pictures.find((each) => each.offsetParent !== null);
  const svg = picture?.querySelector('svg');
  if (!picture || !svg) return;
  const name = `${data.title} ${figure?.dataset['figure'] ?? ''}`;
  const form = button.dataset['save'];
  if (form === 'csv') save(name, 'csv', figureCsv(data, frameOf(picture), selectedOf(selection)));
  else if (form === 'svg') {
    const marks = selection.active() ? selectedMarks(data, frameOf(picture), selection) : undefined;
    save(name, 'svg', svgText(svg, looks.light, marks));
  } else save(name, 'png', await pngOf(picture, svg));
}

/** The picture as written, or with other marks in place of its own; its colours are values instead of variables. */
function svgText(svg: SVGElement, colors: Readonly<Record<string, string>>, marks?: Html): string {
  const copy = svg.cloneNode(true) as SVGElement;
  if (marks !== undefined) for (const own of copy.querySelectorAll(ownMarks)) own.remove();
  copy.setAttribute('font-family', 'Helvetica, Arial, sans-serif');
  const text = new XMLSerializer().serializeToString(copy).replace(/<\/svg>$/, `${marks?.html ?? ''}</svg>`);
  return text.replaceAll(/var\((--[a-z0-9-]+)\)/g, (variable, name: string) => colors[name] ?? variable);
}

/** What the canvas draws instead where scripts run. */
const ownMarks = '.network-marks, [class*="stairs_"], [class*="band_"]';

/** What the reader sees, selection and all, at twice the size of the screen's pixels. */
async function pngOf(picture: HTMLElement, svg: SVGElement): Promise<Blob> {
  const [marks] = picture.querySelectorAll('canvas');
  const { width, height } = svg.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(2 * width), Math.round(2 * height)];
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser has no canvas');
  pen.fillStyle = colorOf('var(--paper)');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const colors = Object.fromEntries(Object.keys(looks.light).map((name) => [name, colorOf(name)]));
  const live = marks !== undefined && marks.width > 0;
  const image = new Image();
  image.src = URL.createObjectURL(
    new Blob([svgText(svg, colors, live ? trusted('') : undefined)], { type: 'image/svg+xml' }),
  );
  await image.decode();
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  if (live) pen.drawImage(marks, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('no picture came')) : resolve(blob)),
      'image/png',
    );
  });
}

const kinds: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  svg: 'image/svg+xml',
};

function save(name: string, extension: string, contents: string | Blob): void {
  const link = document.createElement('a');
  const blob =
    typeof contents === 'string' ? new Blob([contents], { type: kinds[extension] ?? '' }) : contents;
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(name)}.${extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fileName(title: string): string {
  return (
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'report'
  );
}
