/** What a report says of itself in its first lines, for whoever lists reports: its answer, and its EDFs as a picture the size of a stamp. */
import type { Analysis } from '@netspace/analysis/analysis';
import type { EdfPoint } from '@netspace/stats/edf';
import { trusted, type Html } from './html.ts';

export interface SummarySpace {
  readonly name: string;
  /** Networks with a result. */
  readonly n: number;
  /** Some of the EDF's points, evenly spread: error and share, both from 0 to 1. */
  readonly edf: readonly EdfPoint[];
}

export interface ReportSummary {
  readonly title: string;
  readonly subtitle: string;
  /** ISO 8601; absent where the report does not say it. */
  readonly made?: string;
  /** The answer in a sentence, and what stands behind it. */
  readonly headline: string;
  readonly detail: string;
  readonly spaces: readonly SummarySpace[];
}

/** More are not to be told apart in a picture of that size. */
const mostPoints = 40;

export function summarise(
  {
    title,
    subtitle,
    made,
  }: Pick<ReportSummary, 'title' | 'subtitle'> & { readonly made: string | undefined },
  { headline, detail, groups }: Pick<Analysis, 'headline' | 'detail' | 'groups'>,
): ReportSummary {
  const spaces = groups.map(({ name, n, edf }) => ({ name, n, edf: thinned(edf) }));
  return { title, subtitle, ...(made !== undefined && { made }), headline, detail, spaces };
}

function thinned(points: readonly EdfPoint[]): EdfPoint[] {
  const step = Math.max(1, (points.length - 1) / (mostPoints - 1));
  const count = Math.min(points.length, mostPoints);
  return Array.from({ length: count }, (_, k) => points[Math.round(k * step)] ?? [0, 0]).map(
    ([error, share]): EdfPoint => [Number(error.toFixed(4)), Number(share.toFixed(4))],
  );
}

const opening = '<script type="application/json" id="report-summary">';
const closing = '</script>';

/** An element for the head of the page; a browser runs nothing of it. */
export function summaryElement(summary: ReportSummary): Html {
  return trusted(`${opening}${JSON.stringify(summary).replaceAll('<', String.raw`\u003c`)}${closing}`);
}

/** Of a page that anybody may have written: undefined where it has no summary, or one that is none. */
export function readSummary(page: string): ReportSummary | undefined {
  const start = page.indexOf(opening);
  const end = page.indexOf(closing, start);
  if (start < 0 || end < 0) return undefined;
  try {
    return checkSummary(JSON.parse(page.slice(start + opening.length, end)));
  } catch {
    return undefined;
  }
}

function checkSummary(value: unknown): ReportSummary | undefined {
  const { title, subtitle, made, headline, detail, spaces } = Object(value) as Record<string, unknown>;
  if (typeof title !== 'string' || typeof headline !== 'string' || !Array.isArray(spaces)) return undefined;
  return {
    title: clip(title),
    subtitle: clip(subtitle),
    ...(typeof made === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(made) && { made: clip(made) }),
    headline: clip(headline),
    detail: clip(detail),
    spaces: spaces.slice(0, 24).map(checkSpace),
  };
}

function checkSpace(value: unknown): SummarySpace {
  const { name, n, edf } = Object(value) as Record<string, unknown>;
  const points: readonly unknown[] = Array.isArray(edf) ? edf.slice(0, 4 * mostPoints) : [];
  return {
    name: clip(name),
    n: isCount(n) ? n : 0,
    edf: points.flatMap((point): EdfPoint[] => {
      const [error, share]: readonly unknown[] = Array.isArray(point) ? point : [];
      return isShare(error) && isShare(share) ? [[error, share]] : [];
    }),
  };
}

function clip(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1000) : '';
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
