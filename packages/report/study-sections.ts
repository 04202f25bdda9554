/** The sections of a report about spaces as wholes: at equal complexity, by budget, over complexity, and what would refine them. */
import type { Group } from '@netspace/analysis/group';
import type { Study } from '@netspace/analysis/study';
import { figureElement, swatch } from './figure-element.ts';
import { markup, type Html } from './html.ts';
import { section } from './section.ts';
import type { StudyFigures } from './study-figures.ts';
import { areaTable, equalComplexityTable, refinementPart, slopeWords } from './study-tables.ts';

export function normalizedSection(study: Study, { normalized }: StudyFigures): Html {
  if (normalized.length === 0) return markup``;
  const notes = study.normalized.flatMap((each) => each.notes);
  return section(
    'normalized',
    'Does the difference remain at equal complexity?',
    markup`<p>
        Spaces may differ because their networks are larger or smaller. Here the networks of each space are
        weighted so that their complexities are spread alike over the range in which all spaces have networks:
        what differs still is not explained by complexity.
      </p>
      <div class="grid" data-by-space>${normalized.map((figure) => figureElement(figure, {}))}</div>
      ${notes.map((note) => markup`<p class="note">${note}</p>`)} ${equalComplexityTable(study)}
      ${areaTable(study)}`,
  );
}

export function budgetSection(study: Study, { expectedBest, sampleSize }: StudyFigures): Html {
  const bestCaption = markup`The least error that a random search of so many networks is expected to find, with its
  95&nbsp;% band; up to half of the networks, from where on a population says too little of it.`;
  const sizeCaption = markup`How far the distribution of so many networks, drawn of those at hand, lies from that of
  all of them (KS distance): mean and the band of 95&nbsp;% of all draws, exact.${study.spaces.some(({ sampleSize: sizes }) => sizes.at(-1)?.size === 500) ? ' Of large spaces the first 500 networks.' : ''}`;
  return section(
    'budget',
    'How many networks are enough?',
    markup`<div class="grid halves" data-by-space>
      ${figureElement(expectedBest, { caption: bestCaption })}
      ${figureElement(sampleSize, { caption: sizeCaption })}
    </div>
    ${study.normalized.length === 0 ? areaTable(study) : ''}`,
  );
}

export function trendSection(groups: readonly Group[], { spaces }: Study, { trends }: StudyFigures): Html {
  const parts = groups.flatMap(({ name }, i) => {
    const own = spaces[i]?.trends ?? null;
    if (own === null) return [];
    const figures = (trends[i] ?? []).map((figure, j) => {
      const trend = own.trends[j];
      return figureElement(figure, { ...(trend && { caption: markup`${slopeWords(trend)}` }) });
    });
    const left =
      own.leftOut === 0
        ? ''
        : ` ${own.leftOut} of ${own.regimes} ranges have too few networks and are left out.`;
    return [
      markup`<h3 data-of-space="${i}">${swatch(i)}${name}</h3>
        ${left === '' ? '' : markup`<p class="note" data-of-space="${i}">${left}</p>`}
        <div class="grid" data-of-space="${i}">${figures}</div>`,
    ];
  });
  if (parts.length === 0) return markup``;
  return section(
    'trends',
    'How do good networks change with complexity?',
    markup`<p>
        Dots: the best network of each range of flops; bars: where the best of a quarter of its networks lies
        with 95&nbsp;%. Solid: the robust line through the dots, dashed: least squares. A slope whose interval holds 0
        may be no trend at all.
      </p>
      ${parts}`,
  );
}

export function refinementSection(groups: readonly Group[], { spaces }: Study): Html {
  const parts = groups.flatMap(({ name }, i) => {
    const refinement = spaces[i]?.refinement ?? null;
    return refinement === null
      ? []
      : [
          markup`<h3 data-of-space="${i}">${swatch(i)}${name}</h3>
            <div data-of-space="${i}">${refinementPart(refinement)}</div>`,
        ];
  });
  if (parts.length === 0) return markup``;
  return section(
    'refinement',
    'What would refine the spaces?',
    markup`<p>
        Each constraint splits a space's networks into those that obey it and the others. It improves the space
        if they differ beyond chance, all constraints taken together; it simplifies without loss if the space is
        shown not to get worse by more than the margin.
      </p>
      ${parts}`,
  );
}
