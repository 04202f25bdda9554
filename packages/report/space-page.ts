/** The page of design spaces: how they compare, then each for itself. No script: pictures, sentences and tables. */
import { formatNumber } from '@netspace/analysis/wording';
import { makeDocument } from './document.ts';
import { markup, type Html } from './html.ts';
import { spaceArticle } from './space-article.ts';
import { chartFigure, smallTable, swatch } from './space-elements.ts';
import { measures } from './space-facts.ts';
import type { SpacePart, SpacePicture } from './space-figures.ts';
import { spaceStyle } from './space-style.ts';
import { aboutCount, describeRequest, explainComparison } from './space-wording.ts';

export function makeSpacePage(picture: SpacePicture): string {
  const { parts, request } = picture;
  const alone = parts.length === 1;
  const articles = parts.map((part, index) => spaceArticle(part, { index, alone, samples: request.samples }));
  return makeDocument({
    title: titleOf(parts),
    style: spaceStyle,
    className: 'spaces',
    body: markup`<main>${alone ? markup`` : comparison(picture)} ${articles}</main>
        <footer>Drawn by netspace: ${describeRequest(request)}.</footer>`,
  });
}

/** "Design spaces anynet-a, regnetx". */
export function titleOf(parts: readonly SpacePart[]): string {
  const names = parts.map(({ facts }) => facts.name).join(', ');
  return `${parts.length === 1 ? 'Design space' : 'Design spaces'} ${names}`;
}

function comparison({ parts, comparison: figures }: SpacePicture): Html {
  const names = parts.map(({ facts }, i) => markup`<span class="name">${swatch(i)}${facts.name}</span>`);
  return markup`<section id="comparison" aria-labelledby="comparison-title">
    <h1 id="comparison-title">${names}</h1>
    <p>${explainComparison}</p>
    <div class="grid">
      ${figures.map((figure) => chartFigure(figure, `${figure.title}: distribution in each space`))}
    </div>
    ${comparisonTable(parts)}
  </section>`;
}

function comparisonTable(parts: readonly SpacePart[]): Html {
  const titles = ['Space', 'Free dimensions', 'Points', 'Networks', 'Sampled'];
  const medians = measures.map((measure) => `Median ${measure}`);
  const rows = parts.map(({ facts: { name, size, spread, sample } }) => [
    name,
    `${size.dimensions}`,
    `${size.interval === undefined ? '' : '≈ '}${aboutCount(size.points)}`,
    size.networks === undefined ? '–' : aboutCount(size.networks),
    `${sample.accepted}`,
    ...measures.map((measure) => formatNumber(spread[measure].median)),
  ]);
  return smallTable('Sizes, and medians of the samples', [...titles, ...medians], rows);
}
