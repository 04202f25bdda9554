/** What a page says and shows of one design space: what it is, what is drawn, what comes out. */
import { formatNumber } from '@netspace/analysis/wording';
import { chartFigure, smallTable, swatch } from './space-elements.ts';
import { markup, type Html } from './html.ts';
import { measures, type SpaceFacts } from './space-facts.ts';
import type { SpacePart } from './space-figures.ts';
import {
  describeSample,
  explainBlocks,
  explainDimensions,
  spaceFactList,
  withSubscripts,
  type Fact,
} from './space-wording.ts';

export interface ArticlePlace {
  /** Of the space in the picture, from 0: decides its colour. */
  readonly index: number;
  /** Whether it has the page for itself, and so the page's heading. */
  readonly alone: boolean;
  /** Networks that were asked for. */
  readonly samples: number;
}

export function spaceArticle(
  { facts, ...figures }: SpacePart,
  { index, alone, samples }: ArticlePlace,
): Html {
  const { name, space } = facts;
  const id = `space-${index + 1}`;
  const heading = markup`${swatch(index)}${name}`;
  const title = (words: string): Html =>
    alone ? markup`<h2 class="part">${words}</h2>` : markup`<h3 class="part">${words}</h3>`;
  return markup`<article aria-labelledby="${id}">
    ${alone ? markup`<h1 id="${id}">${heading}</h1>` : markup`<h2 id="${id}">${heading}</h2>`}
    <p class="finding">${withSubscripts(space.sentence)}</p>
    ${factList(facts)}
    <section>
      ${title('What is drawn')}
      <p>${explainDimensions(facts)}</p>
      ${dimensionGrid(figures.dimensions)}
    </section>
    <section>
      ${title('What comes out')}
      <p>${describeSample(facts, samples)}. Dashed: the median.</p>
      <div class="grid">
        ${figures.complexity.map((figure) => chartFigure(figure, `${figure.title}: histogram of the sample`))}
      </div>
      <details><summary>As numbers</summary>${spreadTable(facts)}</details>
    </section>
    <section>
      ${title(titleOfBlocks(figures.blocks.length))}
      <p>${explainBlocks(space)}</p>
      <div class="panels">
        ${figures.blocks.map((figure) => chartFigure(figure, `Block widths of a network of ${figure.title}`))}
      </div>
    </section>
  </article>`;
}

/** "20 networks of the sample, by flops". */
export function titleOfBlocks(count: number): string {
  return count === 1 ? 'One network of the sample' : `${count} networks of the sample, by flops`;
}

function factList(facts: SpaceFacts): Html {
  const entries = spaceFactList(facts).map(
    ({ term, lines }) =>
      markup`<dt>${term}</dt>
        <dd>${lines.map(factLine)}</dd>`,
  );
  return markup`<dl class="facts">${entries}</dl>`;
}

function factLine({ text, name }: Fact['lines'][number]): Html {
  return name === undefined ? markup`${text}` : markup`<div>${text} <code>${name}</code></div>`;
}

function dimensionGrid(figures: SpacePart['dimensions']): Html {
  return markup`<div class="${figures.length === 4 ? 'grid four' : 'grid'}">
    ${figures.map((figure) => chartFigure(figure, `${figure.title}: probability of its values`))}
  </div>`;
}

function spreadTable({ spread }: SpaceFacts): Html {
  const rows = measures.map((measure) => {
    const { least, low, median, high, greatest } = spread[measure];
    return [measure, ...[least, low, median, high, greatest].map(formatNumber)];
  });
  return smallTable(
    'Quantiles of the sample',
    ['Measure', 'Least', '5 %', 'Median', '95 %', 'Greatest'],
    rows,
  );
}
