/** What the pages of design spaces are made of: charts with their words, tables, squares of colour. */
import { spaceColor } from '@netspace/analysis/chart';
import { markup, trusted, type Html } from './html.ts';
import type { DrawnFigure } from './space-figures.ts';
import { scrolling } from './tables.ts';

export function chartFigure({ svg, title, lines }: DrawnFigure, label: string): Html {
  return markup`<figure>
    <figcaption><strong>${title}</strong>${lines.map((line) => markup`<span>${breakable(line)}</span>`)}</figcaption>
    <div class="plot" role="img" aria-label="${label}">${trusted(svg)}</div>
  </figure>`;
}

/** "32/64/160/384" may break after its slashes, so that no number is torn. */
function breakable(line: string): Html[] {
  return line.split('/').map((piece, i) => (i === 0 ? markup`${piece}` : markup`/<wbr>${piece}`));
}

/** Rows begin with their heading. */
export function smallTable(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): Html {
  return scrolling(
    markup`<table>
      <caption>${caption}</caption>
      <thead>
        <tr>${titles.map((title) => markup`<th scope="col">${title}</th>`)}</tr>
      </thead>
      <tbody>
        ${rows.map(
          ([heading = '', ...cells]) =>
            markup`<tr>
              <th scope="row">${heading}</th>
              ${cells.map((cell) => markup`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

/** A square in a space's colour. */
export function swatch(index: number): Html {
  return markup`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
    <rect width="10" height="10" rx="2" fill="${spaceColor(index)}" />
  </svg>`;
}
