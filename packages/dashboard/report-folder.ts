/**
 * The reports in a folder, known by ids: an id is looked up among those of the files that lie there, and never becomes a path.
 * Precedent: MLflow, CVE-2023-6909, CVE-2023-6977 and CVE-2024-3848.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportList } from './report-schema.ts';

type Report = ReportList['reports'][number];

/** Bytes; a larger file is no report of ours. */
const mostBytes = 256 * 1024 * 1024;

/** The newest first; none where there is no such folder. */
export async function listReports(folder: string | undefined): Promise<Report[]> {
  if (folder === undefined) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile() && /\.html$/i.test(entry.name))
    .map(({ name }) => name);
  const reports = await Promise.all(names.map((name) => describe(folder, name)));
  return reports.flatMap((report) => report ?? []).toSorted((a, b) => b.modifiedAt - a.modifiedAt);
}

/** The file's bytes; undefined for an id of no file that lies there now. */
export async function readReport(folder: string | undefined, id: string): Promise<Buffer | undefined> {
  const report = (await listReports(folder)).find((each) => each.id === id);
  if (folder === undefined || report === undefined) return undefined;
  return withFile(folder, report.name, async (file) => file.readFile());
}

function describe(folder: string, name: string): Promise<Report | undefined> {
  return withFile(folder, name, async (file) => {
    const { size, mtimeMs } = await file.stat();
    return size > mostBytes
      ? undefined
      : { id: idOf(name), name, bytes: size, modifiedAt: Math.round(mtimeMs) };
  });
}

/** Symbolic links are not followed, even where one took the file's place after it was listed. */
async function withFile<T>(
  folder: string,
  name: string,
  use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T | undefined> {
  const file = await open(
    join(folder, name),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch(() => undefined);
  try {
    return file && (await file.stat()).isFile() ? await use(file) : undefined;
  } finally {
    await file?.close();
  }
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}
