/** The command that lists the reports of a folder on a page: reports. */
import { indexName, listReportFiles, readHead, withReportFile } from '@netspace/report/report-files';
import type { Command } from 'commander';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './errors.ts';
import { writeWhole } from './file-output.ts';
import { printJson, printLine } from './output.ts';

export function addReportsCommand(program: Command): void {
  program
    .command('reports [folder]')
    .description(
      'lists the reports of a folder (reports) and the folders within on a page of its own, index.html',
    )
    .option('--json', 'print what each report says of itself as JSON, a line a report, and write nothing')
    .action((folder: string | undefined, options: { json?: true }) =>
      showReports(folder ?? 'reports', options),
    );
}

async function showReports(folder: string, { json }: { readonly json?: true }): Promise<void> {
  if (json) return (await listReportFiles(folder)).forEach((file) => printJson(file));
  const present = await stateOfIndex(folder);
  if (present === 'foreign')
    throw new UsageError(
      `${join(folder, indexName)} was not made by netspace and is not written over; move it, or name another folder`,
    );
  printLine(await writeIndex(folder));
}

/** Makes the page anew that lists a report which was just written: of its folder, or of the nearest of two above it that has one. */
export async function refreshIndex(report: string): Promise<void> {
  let folder = dirname(resolve(report));
  for (let above = 0; above <= 2; above++) {
    if ((await stateOfIndex(folder)) === 'ours') {
      await writeIndex(folder);
      return;
    }
    folder = dirname(folder);
  }
}

async function writeIndex(folder: string): Promise<string> {
  const { makeReportIndex } = await import('@netspace/report/report-index');
  return writeWhole(join(folder, indexName), makeReportIndex(await listReportFiles(folder)));
}

async function stateOfIndex(folder: string): Promise<'ours' | 'foreign' | 'absent'> {
  const { isReportIndex } = await import('@netspace/report/report-index');
  const page = await withReportFile(folder, indexName, readHead);
  if (page === undefined) return 'absent';
  return isReportIndex(page) ? 'ours' : 'foreign';
}
