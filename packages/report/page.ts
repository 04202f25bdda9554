/** The page of a report: what was found first, then the evidence, then everything. */
import { looks } from '@netspace/analysis/draw';
import type { Analysis } from '@netspace/analysis/analysis';
import type { Measurement } from '@netspace/analysis/measurement';
import { counted } from '@netspace/analysis/wording';
import { trialsCsv, trialRecords } from './data.ts';
import type { Figure, Figures } from './figures.ts';
import { markup, scriptJson, trusted, type Html } from './html.ts';
import { makeSections, spaceKey } from './sections.ts';
import { policyHash, type Script } from './scripts.ts';
import { styleSheet } from './style.ts';

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly analysis: Analysis;
  readonly measured: readonly Measurement[];
  readonly figures: Figures;
  readonly provenance: Readonly<Record<string, string>>;
  readonly scripts: readonly Script[];
}

export function makePage(page: Page): string {
  const style = styleSheet(looks.light, looks.dark);
  const scripts = page.scripts.map(scriptElement);
  const document = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, page.scripts)}" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="netspace" />
        <title>${page.title}</title>
        <style>${trusted(style)}</style>
      </head>
      <body>
        ${masthead(page)}
        <main>${spaceKey(page.analysis.groups)} ${makeSections(page)}</main>
        <footer>Made by netspace. Everything on this page, its data included, is in this one file.</footer>
        <div id="tooltip" role="status" hidden></div>
        <script type="application/json" id="data">${scriptJson(dataOf(page))}</script>
        ${scripts}
      </body>
    </html>
`;
  return document.html;
}

function masthead({ title, subtitle, analysis, measured }: Page): Html {
  const counts = `${counted(measured.length, 'network')} of ${counted(analysis.groups.length, 'space')}`;
  const about = subtitle === '' ? [counts] : [subtitle, counts];
  return markup`<header>
    <h1>${title}<span class="kicker">${about.join(' · ')}</span></h1>
    <p class="finding">${analysis.headline}</p>
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

/** No connection, no frame, no form, nothing from elsewhere; scripts and styles are those whose hashes are listed here. */
function policy(style: string, scripts: readonly Script[]): string {
  const hashes = scripts.map(({ text }) => policyHash(text)).join(' ');
  return `default-src 'none'; script-src ${hashes}; style-src ${policyHash(style)}; img-src data: blob:; base-uri 'none'; form-action 'none'`;
}

/** Exactly the text whose hash the policy names: not a blank more. */
function scriptElement({ kind, text }: Script): Html {
  const type = kind === 'module' ? trusted(' type="module"') : '';
  return markup`<script${type}>${trusted(text)}</script>`;
}

/** What the page's scripts read: the trials, their CSV, the analysis, and the charts' specifications by figure. */
function dataOf({ title, analysis, measured, figures }: Page): object {
  const all: Figure[] = [figures.edf, ...figures.complexity, ...figures.parameters, ...figures.widths];
  if (figures.curves !== undefined) all.push(figures.curves);
  return {
    title,
    analysis,
    trials: trialRecords(measured),
    csv: trialsCsv(measured),
    specs: Object.fromEntries(all.map(({ id, spec }) => [id, spec])),
  };
}
