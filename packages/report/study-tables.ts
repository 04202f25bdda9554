/** Tables of what a study says: areas under EDFs, differences at equal complexity, slopes of trends, and refinements. */
import type { NormalizedSpace } from '@netspace/analysis/normalization';
import type { Refinement } from '@netspace/analysis/refinement';
import {
  constraintSentence,
  constraintWords,
  evidenceWords,
  refinementFinding,
} from '@netspace/analysis/refinement-wording';
import type { Study } from '@netspace/analysis/study';
import type { Trend } from '@netspace/analysis/trend';
import { formatNumber, formatPercent, formatPoints } from '@netspace/analysis/wording';
import type { Interval } from '@netspace/stats/interval';
import { markup, type Html } from './html.ts';
import { scrolling } from './tables.ts';

/** A row a space: the area under its EDF as it is, and at equal complexity of each kind. */
export function areaTable({ spaces, normalized, areaLimit }: Study): Html {
  const rows = spaces.map(
    ({ name, edfArea }, i) =>
      markup`<tr data-of-space="${i}">
        <th scope="row">${name}</th>
        <td>${formatPercent(edfArea)}</td>
        ${normalized.map(({ spaces: own }) => markup`<td>${areaCell(own[i])}</td>`)}
      </tr>`,
  );
  return scrolling(
    markup`<table>
      <caption>
        Area under the distribution up to an error of ${formatPercent(areaLimit)}: more is better
      </caption>
      <thead>
        <tr>
          <th scope="col">Space</th>
          <th scope="col">Area</th>
          ${normalized.map(({ measure }) => markup`<th scope="col">at equal ${measure}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

function areaCell(space: NormalizedSpace | undefined): Html {
  if (space === undefined) return markup`–`;
  const { area, used, effectiveSize } = space;
  return markup`${formatPercent(area)}
    <span class="quiet">(of ${used}, effectively ${effectiveSize.toFixed(0)})</span>`;
}

/** A row a pair of spaces, a column a measure. */
export function equalComplexityTable({ normalized }: Study): Html {
  const [first] = normalized;
  if (first === undefined) return markup``;
  const rows = first.differences.map(
    ({ a, b }, i) =>
      markup`<tr>
        <th scope="row">${a} − ${b}</th>
        ${normalized.map(({ differences }) => markup`<td>${pointsCell(differences[i])}</td>`)}
      </tr>`,
  );
  return scrolling(
    markup`<table>
      <caption>
        Difference of mean errors at equal complexity, in percentage points, with 95&nbsp;% intervals
      </caption>
      <thead>
        <tr>
          <th scope="col">Pair</th>
          ${normalized.map(({ measure }) => markup`<th scope="col">at equal ${measure}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

function pointsCell(interval: Interval | undefined): Html {
  if (interval === undefined) return markup`–`;
  const { estimate, low, high } = interval;
  return Number.isFinite(low)
    ? markup`${formatPoints(estimate)} <span class="quiet">(${formatPoints(low)} to ${formatPoints(high)})</span>`
    : markup`${formatPoints(estimate)} <span class="quiet">(spread unknown)</span>`;
}

/** "exponent 0.52 (0.31 to 0.66)" of a parameter taken by its logarithm, "a doubling adds 1.3 (…)" of any other. */
export function slopeWords({ logarithmic, robust }: Trend): string {
  const { estimate, low, high } = robust.slope;
  const interval = Number.isFinite(low) ? ` (${signed(low)} to ${signed(high)})` : '';
  return `${logarithmic ? 'exponent' : 'a doubling adds'} ${signed(estimate)}${interval}`;
}

function signed(value: number): string {
  return formatNumber(value).replace('-', '−');
}

/** "w_{i+1} ≥ w_i" as it is printed. */
function subscripted(sentence: string): Html {
  const parts = sentence.split(/_(?:\{([^}]*)\}|(\w+))/);
  return markup`${parts.map((part = '', i) => (i % 3 === 0 || part === '' ? part : markup`<sub>${part}</sub>`))}`;
}

/** Candidates beyond are the least telling ones. */
const mostCandidates = 12;

/** The answer, and the constraints that were tested together: those that are told first. */
export function refinementPart(refinement: Refinement): Html {
  const { candidates } = refinement;
  const shown = candidates.slice(0, mostCandidates);
  const rows = shown.map((candidate) => {
    const { constraint, verdict, p } = candidate;
    const sentence = constraintSentence(constraint);
    return markup`<tr>
      <th scope="row">${constraintWords(constraint)}${sentence === undefined ? '' : markup`<br /><span class="quiet">${subscripted(sentence)}</span>`}</th>
      <td>${verdict}</td>
      <td>${p === null ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3)}</td>
      <td>${evidenceWords(candidate)}</td>
    </tr>`;
  });
  const more = candidates.length - shown.length;
  const table = scrolling(
    markup`<table class="wordy">
      <caption>
        Constraints tested together, simultaneous 95&nbsp;% intervals${more > 0 ? `; ${more} more tell less` : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">Constraint</th>
          <th scope="col">Verdict</th>
          <th scope="col">p</th>
          <th scope="col">Evidence</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
  return markup`<p>${refinementFinding(refinement)}</p>
    ${shown.length === 0 ? '' : table}`;
}
