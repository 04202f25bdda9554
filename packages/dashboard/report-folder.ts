/**
 * The reports in a folder, known by ids: an id is looked up among those of the files that lie there, and never becomes a path.
 * Precedent: MLflow, CVE-2023-6909, CVE-2023-6977 and CVE-2024-3848.
 */
import { listReportFiles, withReportFile, type ReportFile } from '@netspace/report/report-files';
import { createHash } from 'node:crypto';
import type { ReportList } from './report-schema.ts';

type Report = ReportList['reports'][number];

/** The newest first; none where there is no such folder. */
export async function listReports(folder: string | undefined): Promise<Report[]> {
  if (folder === undefined) return [];
  const files = await listReportFiles(folder);
  return files.toSorted((a, b) => timeOf(b) - timeOf(a)).map(describe);
}

/** When it was made, as far as it says so. */
function timeOf({ summary, modifiedAt }: ReportFile): number {
  return summary?.made === undefined ? modifiedAt : Date.parse(summary.made);
}

function describe(file: ReportFile): Report {
  const { path, bytes, summary } = file;
  return {
    id: idOf(path),
    name: path,
    bytes,
    modifiedAt: timeOf(file),
    ...(summary && {
      summary: {
        ...summary,
        spaces: summary.spaces.map(({ edf, ...space }) => ({
          ...space,
          edf: edf.map(([error, share]): [number, number] => [error, share]),
        })),
      },
    }),
  };
}

/** The file's bytes; undefined for an id of no file that lies there now. */
export async function readReport(folder: string | undefined, id: string): Promise<Buffer | undefined> {
  const report = (await listReports(folder)).find((each) => each.id === id);
  if (folder === undefined || report === undefined) return undefined;
  return withReportFile(folder, report.name, async (file) => file.readFile());
}

function idOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 24);
}
