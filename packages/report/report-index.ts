/** The page that lists the reports of a folder: the answer of each and its EDFs. It opens from disk and has no script. */
import { counted } from '@netspace/analysis/wording';
import { makeDocument } from './document.ts';
import { edfPaths, thumbnailSize } from './edf-thumbnail.ts';
import { markup, trusted, type Html } from './html.ts';
import type { ReportFile } from './report-files.ts';
import type { ReportSummary } from './report-summary.ts';

/** Stands in pages that were made here: another page of that name is somebody's own, and not to be written over. */
const mark = '<meta name="netspace-page" content="reports" />';

export function isReportIndex(page: string): boolean {
  return page.includes(mark);
}

/** The same files give the same text, whenever they were written. */
export function makeReportIndex(files: readonly ReportFile[]): string {
  return makeDocument({
    title: 'Reports',
    about: trusted(mark),
    style: ownStyle,
    className: 'reports',
    body: markup`<main>
          <h1>Reports</h1>
          ${files.length === 0 ? markup`<p>No report lies in this folder.</p>` : markup`<ul>${files.map(item)}</ul>`}
        </main>
        <footer>
          Made by netspace from what each report says of itself, the newest first. netspace reports FOLDER makes it
          again.
        </footer>`,
  });
}

function item({ path, summary }: ReportFile): Html {
  const link = path.split('/').map(encodeURIComponent).join('/');
  if (summary === undefined) return markup`<li class="plain"><h2><a href="./${link}">${path}</a></h2></li>`;
  return markup`<li>
    ${picture(summary)}
    <div>
      <h2><a href="./${link}">${summary.headline}</a></h2>
      <p>${summary.detail}</p>
      <p class="note">${aboutReport(path, summary)}</p>
      <p class="note key">
        ${summary.spaces.map(
          ({ name, n }, i) =>
            markup`<span><span class="line space-${(i % 6) + 1}"></span> ${name}, ${counted(n, 'network')}</span> `,
        )}
      </p>
    </div>
  </li>`;
}

/** "report.html · fashion-mnist-12k, 3 epochs · 2026-11-24". */
function aboutReport(path: string, { title, subtitle, made }: ReportSummary): string {
  const titled = title === path || path.includes(title) ? path : `${title} (${path})`;
  return [titled, subtitle, made?.slice(0, 10) ?? ''].filter((part) => part !== '').join(' · ');
}

function picture({ spaces }: ReportSummary): Html {
  const { width, height } = thumbnailSize;
  const paths = edfPaths(spaces.map(({ edf }) => edf));
  return markup`<svg class="thumbnail" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${paths.map((path, i) => markup`<path class="space-${(i % 6) + 1}" d="${path}" />`)}
  </svg>`;
}

const colors = [1, 2, 3, 4, 5, 6]
  .map((n) => `.reports .space-${n} { stroke: var(--space-${n}); background: var(--space-${n}); }`)
  .join('\n');

const ownStyle = `
.reports h1 { font-size: 1.6rem; margin: 2rem 0 1.5rem; }
.reports ul { list-style: none; margin: 0; padding: 0; }
.reports li { display: grid; grid-template-columns: 15rem 1fr; gap: 1rem 1.75rem; padding: 1.5rem 0; border-top: 1px solid var(--line); }
.reports li.plain { display: block; }
.reports h2 { font-size: 1.2rem; margin: 0 0 0.3rem; overflow-wrap: anywhere; }
.reports h2 a { color: var(--space-1); text-underline-offset: 0.15em; }
.reports p { margin: 0 0 0.3rem; overflow-wrap: anywhere; }
.reports li p:first-of-type::first-letter { text-transform: uppercase; }
.reports .thumbnail { width: 100%; height: auto; border-left: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.reports .thumbnail path { fill: none; stroke-width: 2; }
.reports .key { display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
.reports .line { display: inline-block; width: 1rem; height: 0.2rem; vertical-align: middle; }
a:focus-visible { outline: 2px solid var(--space-1); outline-offset: 3px; border-radius: 2px; }
${colors}
@media screen and (max-width: 40rem) { .reports li { grid-template-columns: 1fr; } .reports .thumbnail { max-width: 15rem; } }
`;
