/** An analysis as tables for people. */
import { tellingParameters } from '@netspace/analysis/group';
import type { StudiedAnalysis } from '@netspace/analysis/study';
import type { Trends } from '@netspace/analysis/trend';
import { formatPoints } from '@netspace/analysis/wording';
import { printLine, printTable } from './output.ts';

export function printAnalysis(analysis: StudiedAnalysis): void {
  const { groups, finding, notes } = analysis;
  printLine(finding);
  printTable(
    ['space', 'n', 'failed', 'stopped', 'min', 'mean', 'median', 'EDF area'],
    groups.map(({ name, n, failed, stopped, min, mean, median, edfArea }) => [
      name,
      n,
      failed,
      stopped,
      percent(min),
      percent(mean),
      percent(median),
      percent(edfArea),
    ]),
  );
  const telling = tellingParameters(groups);
  for (const { name, parameters } of groups) {
    printLine(`\nparameters of the best of a quarter of ${name}: 95 % range and median`);
    const rows = telling.flatMap((parameter) => {
      const range = parameters[parameter];
      return range === undefined ? [] : [[parameter, ...[range.low, range.median, range.high].map(rounded)]];
    });
    printTable(['parameter', 'low', 'median', 'high'], rows);
  }
  printStudy(analysis);
  for (const note of notes) printLine(note);
}

function printStudy({ groups, normalized, areaLimit }: StudiedAnalysis): void {
  printLine(
    `\nexpected least error of m networks, with 95 % interval; EDF areas are up to ${percent(areaLimit)}`,
  );
  printTable(
    ['space', 'm', 'expected best', 'low', 'high'],
    groups.flatMap(({ name, expectedBest }) =>
      expectedBest
        .filter((_, i) => i % 8 === 0 || i === expectedBest.length - 1)
        .map(({ draws, estimate, low, high }) => [
          name,
          draws,
          percent(estimate),
          percent(low),
          percent(high),
        ]),
    ),
  );
  printNormalized(normalized);
  for (const { name, trends } of groups) if (trends !== null) printTrends(name, trends);
}

function printNormalized(normalized: StudiedAnalysis['normalized']): void {
  if (normalized.length === 0) return;
  printLine('\ndifference of mean errors at equal complexity, in percentage points');
  printTable(
    ['pair', 'at equal', 'difference', '95 % low', 'high'],
    normalized.flatMap(({ measure, differences }) =>
      differences.map(({ a, b, estimate, low, high }) => [
        `${a} less ${b}`,
        measure,
        ...[estimate, low, high].map((value) => (Number.isFinite(value) ? formatPoints(value) : '–')),
      ]),
    ),
  );
  for (const { notes } of normalized) for (const note of notes) printLine(note);
}

function printTrends(name: string, { measure, trends }: Trends): void {
  printLine(`\nthe best networks of ${name} over ${measure}: what a doubling adds, or an exponent`);
  printTable(
    ['parameter', '', 'slope', '95 % low', 'high'],
    trends.map(({ parameter, logarithmic, robust: { slope } }) => [
      parameter,
      logarithmic ? 'exponent' : 'a doubling adds',
      rounded(slope.estimate),
      ...[slope.low, slope.high].map((value) => (Number.isFinite(value) ? rounded(value) : '–')),
    ]),
  );
}

/** Four digits; whole numbers whole. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

function percent(error: number): string {
  return `${(error * 100).toFixed(2)} %`;
}
