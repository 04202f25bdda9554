/** The sections of a report, in the order in which they are read. */
import type { Analysis } from '@netspace/analysis/analysis';
import { spaceColor } from '@netspace/analysis/chart';
import type { Group } from '@netspace/analysis/group';
import type { Measurement } from '@netspace/analysis/measurement';
import { formatNumber, formatPercent } from '@netspace/analysis/wording';
import type { Figure, Figures, WidthFigure } from './figures.ts';
import { markup, type Html } from './html.ts';
import { methods } from './methods.ts';
import { comparisonTable, failureList, groupTable, provenanceTable, rangeTable } from './tables.ts';
import { trialTable } from './trial-table.ts';

export interface Evidence {
  readonly analysis: Analysis;
  readonly measured: readonly Measurement[];
  readonly figures: Figures;
  readonly provenance: Readonly<Record<string, string>>;
}

export function makeSections({ analysis, measured, figures, provenance }: Evidence): readonly Html[] {
  const { groups } = analysis;
  return [
    edfSection(analysis, figures.edf),
    complexitySection(figures.complexity),
    parameterSection(groups, figures.parameters),
    widthSection(groups, figures.widths),
    figures.curves === undefined ? markup`` : curveSection(figures.curves),
    section('trials', 'All networks', markup`${failureList(groups)}${trialTable(measured)}`),
    section('methods', 'How to read this page', methods),
    section('provenance', 'Provenance', provenanceTable(provenance)),
  ];
}

/** The spaces with their colours; where scripts run, each is a button that hides its space. */
export function spaceKey(groups: readonly Group[]): Html {
  const entries = groups.map(
    ({ name }, i) =>
      markup`<button type="button" class="space" data-space="${name}" aria-pressed="true">
        ${swatch(i)}${name}
      </button>`,
  );
  return markup`<div class="toolbar" hidden>
    <span class="label">Show</span>${entries}
    <span class="downloads"
      ><span class="label">Download</span><button type="button" data-download="json">JSON</button
      ><button type="button" data-download="csv">CSV</button></span
    >
  </div>`;
}

/** A square in a space's colour. */
function swatch(index: number): Html {
  return markup`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
    <rect width="10" height="10" rx="2" fill="${spaceColor(index)}" />
  </svg>`;
}

function section(id: string, title: string, content: Html): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`;
}

function edfSection(analysis: Analysis, edf: Figure): Html {
  const caption = markup`Each stair is a space: its height at an error is the share of networks with a lower
  one, so the better space lies further left and higher. Shaded: the 95 % band within which the space's true
  distribution lies. Each dot is a network.`;
  return section(
    'errors',
    'How good are the networks of each space?',
    markup`${figure(edf, 'Empirical distribution of the errors of each space', caption)}
    ${groupTable(analysis.groups)} ${comparisonTable(analysis.comparisons)}`,
  );
}

function complexitySection(figures: readonly Figure[]): Html {
  if (figures.length === 0) return markup``;
  return section(
    'complexity',
    'Error against complexity',
    markup`<p>
        Each mark is a network that completed. The bar on top spans where the best networks of a space lie:
        there, with a probability of 95 %, is the best of a quarter of its networks, its median at the tick.
      </p>
      ${grid(figures)}`,
  );
}

function parameterSection(groups: readonly Group[], figures: readonly Figure[]): Html {
  if (figures.length === 0) return markup``;
  return section(
    'parameters',
    'Where are the best networks?',
    markup`<p>
        A narrow bar says that good networks need this value; a bar as wide as the space says that it does not
        matter, or that the networks are too few to tell.
      </p>
      ${grid(figures)}
      <details open>
        <summary>The ranges as numbers</summary>
        ${rangeTable(groups)}
      </details>`,
  );
}

function widthSection(groups: readonly Group[], figures: readonly WidthFigure[]): Html {
  const rows = groups.map((group, i) => {
    const own = figures.filter(({ measurement }) => measurement.space === group.name);
    return markup`<h3 data-of-space="${group.name}">${swatch(i)}${group.name}</h3>
      <div class="grid" data-of-space="${group.name}">${own.map(widthFigure)}</div>`;
  });
  return section(
    'widths',
    'Widths of the best networks',
    markup`<p>
        Dots: the width of each block. Dashed: the quantized linear widths nearest to them. Solid: the line
        u<sub>j</sub> = w<sub>0</sub> + w<sub>a</sub>·j that these are quantized from. The fit error is the
        mean absolute log ratio of dashes to dots: at 0 the widths are a RegNet's.
      </p>
      ${rows}`,
  );
}

function widthFigure(item: WidthFigure): Html {
  const { measurement, rank } = item;
  const { fit, error, name } = measurement;
  const caption = markup`<strong>${rank}. ${name}</strong> error ${formatPercent(error)}, fit error
    ${fit.fitError.toFixed(3)}<br />w<sub>0</sub> ${formatNumber(fit.initialWidth)}, w<sub>a</sub>
    ${formatNumber(fit.widthSlope)}, w<sub>m</sub> ${formatNumber(fit.widthMultiplier)}`;
  return figure(item, `Block widths of ${name}`, caption);
}

function curveSection(curves: Figure): Html {
  const caption = markup`Validation error after each epoch, a line a network. A line that ends early is a
  network that diverged.`;
  return section('curves', 'Learning curves', figure(curves, 'Learning curves of all networks', caption));
}

function grid(figures: readonly Figure[]): Html {
  return markup`<div class="grid">
    ${figures.map((item) => figure(item, item.id.replace('parameter-', 'Error against '), markup``))}
  </div>`;
}

function figure({ id, picture, narrowPicture }: Figure, label: string, caption: Html): Html {
  const narrow = narrowPicture === undefined ? markup`` : markup`<div class="narrow">${narrowPicture}</div>`;
  const wide = narrowPicture === undefined ? picture : markup`<div class="wide">${picture}</div>`;
  const below = caption.html === '' ? markup`` : markup`<figcaption>${caption}</figcaption>`;
  return markup`<figure>
    <div class="plot" data-chart="${id}" role="img" aria-label="${label}">${wide}${narrow}</div>
    ${below}
  </figure>`;
}
