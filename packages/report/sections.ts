/** The sections of a report, in the order in which they are read. */
import type { Analysis } from '@netspace/analysis/analysis';
import type { Group } from '@netspace/analysis/group';
import type { Measurement } from '@netspace/analysis/measurement';
import { rankClasses } from '@netspace/analysis/pair-chart';
import type { Study } from '@netspace/analysis/study';
import { formatNumber, formatPercent } from '@netspace/analysis/wording';
import { figureElement, figureGrid, swatch } from './figure-element.ts';
import type { Figure, Figures, WidthFigure } from './figures.ts';
import { markup, type Html } from './html.ts';
import { methods } from './methods.ts';
import type { PageData } from './page-data.ts';
import { section } from './section.ts';
import type { StudyFigures } from './study-figures.ts';
import { budgetSection, normalizedSection, refinementSection, trendSection } from './study-sections.ts';
import { comparisonTable, failureList, groupTable, provenanceTable, rangeTable } from './tables.ts';
import { trialTable } from './trial-table.ts';

export interface Evidence {
  readonly analysis: Analysis;
  readonly measured: readonly Measurement[];
  readonly data: PageData;
  readonly figures: Figures;
  readonly study: Study;
  readonly studyFigures: StudyFigures;
  readonly provenance: Readonly<Record<string, string>>;
}

export function makeSections(evidence: Evidence): readonly Html[] {
  const { analysis, measured, data, figures, study, studyFigures, provenance } = evidence;
  const { groups } = analysis;
  const networks = measured.length;
  return [
    edfSection(analysis, figures.edf, networks),
    normalizedSection(study, studyFigures),
    complexitySection(figures.complexity, networks),
    parameterSection(groups, figures.parameters, networks),
    pairSection(figures, networks),
    trendSection(groups, study, studyFigures),
    refinementSection(groups, study),
    widthSection(groups, figures.widths, networks),
    figures.curves === undefined ? markup`` : curveSection(figures.curves, networks),
    budgetSection(study, studyFigures),
    section('trials', 'All networks', markup`${failureList(groups)}${trialTable(data)}`),
    section('methods', 'How to read this page', methods),
    section('provenance', 'Provenance', provenanceTable(provenance)),
  ];
}

/** The spaces with their marks; where scripts run, each is a button that hides its space. */
export function spaceKey(groups: readonly Group[]): Html {
  const entries = groups.map(
    ({ name }, i) =>
      markup`<button type="button" class="space" data-space="${i}" aria-pressed="true" disabled>
        ${swatch(i)}${name}
      </button>`,
  );
  return markup`<div class="toolbar" role="group" aria-label="Selection">
    ${entries}
    <span class="downloads live-only" hidden
      ><input id="search" type="search" placeholder="Find networks" aria-label="Find networks by words" /><button
        type="button"
        data-download="csv"
      >
        CSV</button
      ><button type="button" data-download="json">JSON</button></span
    >
    <p class="live-only selecting" hidden>
      <span role="status"
        ><strong id="selected">${groups.reduce((sum, { n }) => sum + n, 0)} networks</strong>
        <span id="selected-parts">Drag in any figure to select networks in all of them.</span></span
      ><button type="button" data-reset hidden>Reset</button>
    </p>
  </div>`;
}

function edfSection(analysis: Analysis, edf: Figure, networks: number): Html {
  const caption = markup`Each stair is a space: its height at an error is the share of networks with a lower
  one, so the better space lies further left and higher. Shaded: the 95&nbsp;% band within which the space's true
  distribution lies. Each mark is a network.`;
  return section(
    'errors',
    'How good are the networks of each space?',
    markup`${figureElement(edf, { caption, networks })} ${groupTable(analysis.groups)}
    ${comparisonTable(analysis.comparisons)}`,
  );
}

function complexitySection(figures: readonly Figure[], networks: number): Html {
  if (figures.length === 0) return markup``;
  return section(
    'complexity',
    'Error against complexity',
    markup`<p>
        Each mark is a network that completed. The bar on top spans where the best networks of a space lie:
        there, with a probability of 95&nbsp;%, is the best of a quarter of its networks, its median at the tick.
      </p>
      ${figureGrid(figures, networks)}`,
  );
}

function parameterSection(groups: readonly Group[], figures: readonly Figure[], networks: number): Html {
  if (figures.length === 0) return markup``;
  return section(
    'parameters',
    'Where are the best networks?',
    markup`<p>
        A narrow bar says that good networks need this value; a bar as wide as the space says that it does not
        matter, or that the networks are too few to tell.
      </p>
      ${figureGrid(figures, networks)}
      <details open>
        <summary>The ranges as numbers</summary>
        ${rangeTable(groups)}
      </details>`,
  );
}

function pairSection({ pairs, parallel }: Figures, networks: number): Html {
  const key = rankClasses.map(
    ({ title }, i) =>
      markup`<span class="rank"
        ><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
          <circle cx="5" cy="5" r="5" fill="var(--rank-${i + 1})" /></svg
        >${title}</span
      >`,
  );
  const caption = markup`A line a network, from axis to axis.
    <span class="live-only" hidden
      >Drag along an axis to keep the networks that cross it there; several axes narrow it further.</span
    >`;
  return section(
    'pairs',
    'Which values go together?',
    markup`<p>
        The parameters that have most to do with the error, two at a time, the best networks of all spaces in
        the strongest colour: <span class="ranks">${key}</span>
      </p>
      ${figureGrid(pairs, networks)} ${figureElement(parallel, { caption, networks })}`,
  );
}

function widthSection(groups: readonly Group[], figures: readonly WidthFigure[], networks: number): Html {
  const rows = groups.map((group, i) => {
    const own = figures.filter(({ measurement }) => measurement.space === group.name);
    return markup`<h3 data-of-space="${i}">${swatch(i)}${group.name}</h3>
      <div class="grid" data-of-space="${i}">${own.map((item) => widthFigure(item, networks))}</div>`;
  });
  return section(
    'widths',
    'Widths of the best and the worst networks',
    markup`<p>
        Dots: the width of each block. Dashed: the quantized linear widths nearest to them. Solid: the line
        u<sub>j</sub> = w<sub>0</sub> + w<sub>a</sub>·j that these are quantized from. The fit error is the
        mean absolute log ratio of dashes to dots: at 0 the widths are a RegNet's.
      </p>
      ${rows}`,
  );
}

function widthFigure(item: WidthFigure, networks: number): Html {
  const { measurement, rank } = item;
  const { fit, error, name, id } = measurement;
  const place = rank === 'worst' ? 'Among the worst:' : `${rank}.`;
  const caption = markup`<strong>${place} ${name}</strong> error ${formatPercent(error).replace(' ', '\u00a0')}, fit error
    ${fit.fitError.toFixed(3)}<br />w<sub>0</sub> ${formatNumber(fit.initialWidth)}, w<sub>a</sub>
    ${formatNumber(fit.widthSlope)}, w<sub>m</sub> ${formatNumber(fit.widthMultiplier)}`;
  return figureElement(item, { caption, networks, network: id });
}

function curveSection(curves: Figure, networks: number): Html {
  const caption = markup`Validation error after each epoch, a line a network. A line that ends early is a
  network that diverged or was stopped.`;
  return section('curves', 'Learning curves', figureElement(curves, { caption, networks }));
}
