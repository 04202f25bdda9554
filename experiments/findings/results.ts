/** Where the study keeps its populations and what it writes of them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderFindings } from './markdown.ts';
import { makeFindingsPage } from './page.ts';
import { readPopulations } from './populations.ts';
import { study } from './study.ts';

export interface Results {
  /** Folder of the populations. */
  readonly folder: string;
  readonly markdown: string;
  readonly page: string;
  /** Named on the page. */
  readonly data: string;
}

/** As the field writes them; others by the name that they were asked for. */
const written: ReadonlyMap<string, string> = new Map([
  ['fashion-mnist', 'Fashion-MNIST'],
  ['mnist', 'MNIST'],
  ['cifar-10', 'CIFAR-10'],
  ['cifar-100', 'CIFAR-100'],
]);

/** Below a root: that of the repository, or a folder of a trial run. */
export function resultsOf(root: string, data?: string): Results {
  const reports = join(root, 'reports');
  if (data === undefined) return resultsIn(join(reports, 'findings'), reports, 'fashion-mnist');
  const folder = join(reports, 'findings', data.replaceAll(/[^\w.-]+/g, '-'));
  return resultsIn(folder, folder, data);
}

/** Populations in one folder, and the pages of them in one. */
function resultsIn(folder: string, pages: string, data: string): Results {
  return {
    folder,
    markdown: join(pages, 'FINDINGS.md'),
    page: join(pages, 'findings.html'),
    data: written.get(data) ?? data,
  };
}

/** Analyses what the folder holds and writes both pages; `template` is the text around the generated parts where there is none yet. */
export async function writeResults(results: Results, template: string): Promise<void> {
  const found = study(await readPopulations(results.folder));
  const page = existsSync(results.markdown) ? readFileSync(results.markdown, 'utf8') : template;
  mkdirSync(dirname(results.markdown), { recursive: true });
  writeFileSync(results.markdown, renderFindings(page, found));
  if (found.populations.size > 0) writeFileSync(results.page, await makeFindingsPage(found, results.data));
}

/** Whether the page of findings says what the populations beside it say. */
export async function isCurrent(results: Results): Promise<boolean> {
  const page = readFileSync(results.markdown, 'utf8');
  return renderFindings(page, study(await readPopulations(results.folder))) === page;
}
