/**
 * The reports in a folder and the folders within: HTML files, each with what it says of itself. Links are not followed, whatever they lead
 * to, and what the files hold is taken for the text of strangers.
 */
import { constants } from 'node:fs';
import { open, readdir, realpath, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readSummary, type ReportSummary } from './report-summary.ts';

export interface ReportFile {
  /** Below the folder, with slashes: "01-first-look/report.html". */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Absent in pages that are none of ours. */
  readonly summary?: ReportSummary;
}

/** Folders within folders. */
const deepest = 3;
/** Bytes; a larger file is no report of ours. */
const mostBytes = 256 * 1024 * 1024;
/** Bytes in which a summary stands. */
const headLength = 64 * 1024;

/** The newest first; those that do not say when they were made come last, by their paths. None where there is no such folder. */
export async function listReportFiles(folder: string): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  for (const path of await findPages(folder, '', 0)) {
    const file = await withReportFile(folder, path, describe);
    if (file) files.push({ path, ...file });
  }
  return files.toSorted(
    (a, b) => compare(b.summary?.made ?? '', a.summary?.made ?? '') || compare(a.path, b.path),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function findPages(folder: string, below: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && depth < deepest) found.push(...(await findPages(folder, path, depth + 1)));
    if (entry.isFile() && /\.html$/i.test(entry.name) && entry.name !== indexName) found.push(path);
  }
  return found;
}

/** The name of the page that lists the others. */
export const indexName = 'index.html';

async function describe(file: FileHandle): Promise<Omit<ReportFile, 'path'> | undefined> {
  const { size, mtimeMs } = await file.stat();
  if (size > mostBytes) return undefined;
  const summary = readSummary(await readHead(file));
  return { bytes: size, modifiedAt: Math.round(mtimeMs), ...(summary && { summary }) };
}

export async function readHead(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headLength), 0, headLength, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

/**
 * What `use` makes of a file; undefined where there is no plain file of that path. Symbolic links are not followed, even where one took
 * the place of the file, or of a folder above it, after they were listed.
 */
export async function withReportFile<T>(
  folder: string,
  path: string,
  use: (file: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  const full = join(folder, path);
  if (!(await isWithin(folder, path))) return undefined;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(full, flags).catch(() => undefined);
  try {
    return file && (await file.stat()).isFile() ? await use(file) : undefined;
  } finally {
    await file?.close();
  }
}

/** Whether the folder that a path names is the one that lies there, with no link on the way. */
async function isWithin(folder: string, path: string): Promise<boolean> {
  const [root, parent] = await Promise.all([
    realpath(folder).catch(() => ''),
    realpath(dirname(join(folder, path))).catch(() => ''),
  ]);
  return relative(root, parent) === relative(folder, dirname(join(folder, path)));
}
