/** The tables of a report but that of the trials: spaces, pairs of them, ranges, failures, provenance. */
import type { Comparison } from '@netspace/analysis/comparison';
import { tellingParameters, type Group } from '@netspace/analysis/group';
import {
  formatNumber,
  formatP,
  formatPercent,
  formatPoints,
  formatShare,
  parameterTitle,
} from '@netspace/analysis/wording';
import { markup, type Html } from './html.ts';

export function groupTable(groups: readonly Group[]): Html {
  const rows = groups.map(
    (group, i) =>
      markup`<tr data-of-space="${i}">
        <th scope="row">${group.name}</th>
        <td>${group.n}</td>
        <td>${group.failed}</td>
        <td>${group.stopped}</td>
        <td>${group.missing.length}</td>
        <td>${formatPercent(group.min)}</td>
        <td>${formatPercent(group.quartiles[0])}</td>
        <td>${formatPercent(group.median)}</td>
        <td>${formatPercent(group.quartiles[1])}</td>
        <td><strong>${formatPercent(group.mean)}</strong></td>
      </tr>`,
  );
  return scrolling(
    markup`<table>
      <caption>
        Errors by space
      </caption>
      <thead>
        <tr>
          <th scope="col">Space</th>
          <th scope="col">Networks</th>
          <th scope="col">Failed</th>
          <th scope="col">Stopped</th>
          <th scope="col">Missing</th>
          <th scope="col">Least</th>
          <th scope="col">Quarter</th>
          <th scope="col">Median</th>
          <th scope="col">Three quarters</th>
          <th scope="col">Mean</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

export function comparisonTable(comparisons: readonly Comparison[]): Html {
  if (comparisons.length === 0) return markup``;
  const rows = comparisons.map(
    ({ a, b, meanDifference, completedMeanDifference: completed, superiority, ks, better }) =>
      markup`<tr>
        <th scope="row">${a} − ${b}</th>
        <td>${intervalCell(meanDifference)}</td>
        <td>${completed === null ? '–' : intervalCell(completed)}</td>
        <td>
          ${formatShare(superiority.estimate)}
          <span class="quiet">(${formatShare(superiority.low)} to ${formatShare(superiority.high)})</span>
        </td>
        <td>${ks.statistic.toFixed(2)} <span class="quiet">(${formatP(ks.p)})</span></td>
        <td>${better ?? 'cannot tell yet'}</td>
      </tr>`,
  );
  return scrolling(
    markup`<table>
      <caption>
        Spaces compared, in percentage points of error, with 95&nbsp;% intervals
      </caption>
      <thead>
        <tr>
          <th scope="col">Pair</th>
          <th scope="col">Difference of means</th>
          <th scope="col">of those completed</th>
          <th scope="col">First beats second</th>
          <th scope="col">KS distance</th>
          <th scope="col">Better</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

function intervalCell({ estimate, low, high }: Comparison['meanDifference']): Html {
  return markup`${formatPoints(estimate)}
    <span class="quiet">(${formatPoints(low)} to ${formatPoints(high)})</span>`;
}

/** Low, median and high of each parameter's best range, a row a parameter. */
export function rangeTable(groups: readonly Group[]): Html {
  const names = tellingParameters(groups);
  return scrolling(
    markup`<table>
      <caption>
        Parameters of the best of a quarter of the networks: median and 95&nbsp;% range
      </caption>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          ${groups.map(({ name }) => markup`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name) =>
            markup`<tr>
              <th scope="row">${parameterTitle(name)}</th>
              ${groups.map((group) => rangeCell(group, name))}
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

function rangeCell(group: Group, name: string): Html {
  const range = group.parameters[name];
  if (range === undefined) return markup`<td class="quiet">not shared</td>`;
  if (range.low === range.high) return markup`<td>${formatNumber(range.median)}</td>`;
  return markup`<td>
    ${formatNumber(range.median)}
    <span class="quiet">(${formatNumber(range.low)} to ${formatNumber(range.high)})</span>
  </td>`;
}

/** A list of so many names is read; a longer one is looked up in the table. */
const mostNamed = 20;

/** Networks that failed or diverged, and trials without a result, by name. */
export function failureList(groups: readonly Group[]): Html {
  const failures = groups.flatMap((group) => group.failures);
  const missing = groups.flatMap((group) => group.missing);
  if (failures.length + missing.length === 0) return markup``;
  const shown = failures.slice(0, mostNamed);
  return markup`<ul class="failures">
    ${shown.map(({ name, status, reason }) => markup`<li><strong>${name}</strong> ${status}${reason === undefined ? '' : `: ${reason}`}</li>`)}
    ${failures.length > shown.length ? markup`<li>and ${failures.length - shown.length} more, which the table and its CSV name</li>` : markup``}
    ${missing.slice(0, mostNamed).map(({ name, status }) => markup`<li><strong>${name}</strong> has no result: ${status}</li>`)}
    ${missing.length > mostNamed ? markup`<li>and ${missing.length - mostNamed} more without a result</li>` : markup``}
  </ul>`;
}

export function provenanceTable(provenance: Readonly<Record<string, string>>): Html {
  const rows = Object.entries(provenance).map(
    ([name, value]) =>
      markup`<tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr>`,
  );
  if (rows.length === 0) return markup`<p>None was given.</p>`;
  return scrolling(
    markup`<table class="provenance">
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

/** A table that is wider than a phone scrolls alone, reachable by keyboard. */
export function scrolling(table: Html): Html {
  return markup`<div class="scrolling" tabindex="0">${table}</div>`;
}
