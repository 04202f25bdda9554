/** The page of a report: what was found first, then the evidence, then everything. */
import { counted } from '@netspace/analysis/wording';
import { makeDocument } from './document.ts';
import { markup, trusted, type Html } from './html.ts';
import { summaryElement, type ReportSummary } from './report-summary.ts';
import { makeSections, spaceKey, type Evidence } from './sections.ts';

export interface Page extends Evidence {
  readonly title: string;
  readonly subtitle: string;
  readonly summary: ReportSummary;
  readonly script: string;
  /** The data of its scripts, packed. */
  readonly packed: string;
}

export function makePage(page: Page): string {
  return makeDocument({
    title: page.title,
    about: markup`<meta name="description" content="${page.analysis.finding}" />
        ${summaryElement(page.summary)}`,
    body: markup`${masthead(page)}
        <main>${spaceKey(page.analysis.groups)} ${makeSections(page)}</main>
        <footer>Made by netspace. Everything on this page, its data included, is in this one file.</footer>
        <p id="keys" hidden>
          Arrow keys go from network to network, with Shift they select what they pass, Escape takes a selection
          away. With a pointer, drag to select.
        </p>
        <div id="tooltip" role="status" hidden></div>
        <script type="text/plain" id="data">${trusted(page.packed)}</script>`,
    script: page.script,
  });
}

function masthead({ title, subtitle, analysis, measured }: Page): Html {
  const counts = `${counted(measured.length, 'network')} of ${counted(analysis.groups.length, 'space')}`;
  const about = subtitle === '' ? [counts] : [subtitle, counts];
  return markup`<header>
    <h1>${title}<span class="kicker">${about.join(' · ')}</span></h1>
    <p class="finding">${unbroken(analysis.headline)}</p>
    <p class="detail">${unbroken(capitalised(analysis.detail))}</p>
    ${analysis.notes.map((note) => markup`<p class="note">${unbroken(note)}</p>`)}
  </header>`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Keeps "95 %", "p = 0.02" and "n = 20" on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' %', '\u00a0%').replaceAll(/\b([pn]) ([=<]) /g, '$1\u00a0$2\u00a0');
}
