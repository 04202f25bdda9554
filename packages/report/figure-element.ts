/** A figure as an element of the page: its pictures, its caption, and where scripts run what it can be saved as. */
import { spaceColor } from '@netspace/analysis/chart';
import type { Figure, Picture } from './figures.ts';
import { markup, trusted, type Html } from './html.ts';
import { markerOf, outline } from './markers.ts';
import { shownMarks } from './static-marks.ts';

export interface FigureLook {
  readonly caption?: Html;
  /** How many networks there are; needed where the picture bears marks of them. */
  readonly networks?: number;
  /** The id of the network that the figure is of. */
  readonly network?: number;
}

export function figureElement(figure: Figure, { caption, networks = 0, network }: FigureLook): Html {
  const { id, title, wide, narrow } = figure;
  const pictures =
    narrow === undefined
      ? pictureElement(wide, title, '')
      : markup`${pictureElement(wide, title, ' wide')}${pictureElement(narrow, title, ' narrow')}`;
  const owner = network === undefined ? trusted('') : markup` data-network="${network}"`;
  const thinned = thinnedNote(wide, networks);
  const below =
    caption === undefined && thinned.html === ''
      ? markup``
      : markup`<figcaption>${caption ?? ''} ${thinned}</figcaption>`;
  return markup`<figure data-figure="${id}" ${owner}>
    ${pictures} ${savingOf(title, wide)}${below}
  </figure>`;
}

export function figureGrid(figures: readonly Figure[], networks: number): Html {
  return markup`<div class="grid">${figures.map((figure) => figureElement(figure, { networks }))}</div>`;
}

/** The mark of a space. */
export function swatch(index: number): Html {
  return markup`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
    <path d="M5 5${outline(markerOf(index), 3.9)}" fill="${spaceColor(index)}" />
  </svg>`;
}

function pictureElement({ svg, frame }: Picture, title: string, kind: string): Html {
  const data = frame === undefined ? trusted('') : markup` data-frame="${JSON.stringify(frame)}"`;
  return markup`<div class="picture${kind}" role="img" aria-label="${title}" ${data}>${svg}</div>`;
}

/** Says where the written picture bears not all marks. */
function thinnedNote({ frame }: Picture, networks: number): Html {
  if (frame === undefined) return markup``;
  const shown = shownMarks(frame, networks);
  return shown === networks
    ? markup``
    : markup`<span class="static-only">Drawn are ${shown} of ${networks} networks, evenly through all ranks.</span>`;
}

function savingOf(title: string, { frame }: Picture): Html {
  const forms = frame === undefined ? ['svg', 'png'] : ['svg', 'png', 'csv'];
  return markup`<div class="saving live-only" hidden>
    ${forms.map(
      (form) =>
        markup`<button type="button" data-save="${form}" aria-label="${title} as ${form.toUpperCase()}">
          ${form.toUpperCase()}
        </button>`,
    )}
  </div>`;
}
