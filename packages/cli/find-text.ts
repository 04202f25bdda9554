/** What a search has found, as text for people. */
import type { Finding } from '@netspace/search/search';
import { comparisonSentence, finalColumns, finalRow, headlineOf } from '@netspace/search/wording';
import { formatSeconds } from '@netspace/sweep/screen';
import { join } from 'node:path';
import { printLine, printTable } from './output.ts';

export function printFinding(finding: Finding, folder: string): void {
  printLine(headlineOf(finding));
  for (const comparison of finding.comparisons) printLine(comparisonSentence(comparison, finding));
  const { time } = finding;
  if (time && time.shortened.length > 0) {
    printLine('');
    printLine(
      `The ${formatSeconds(time.given)} did not suffice for all of it (${formatSeconds(time.spent)} spent):`,
    );
    for (const line of time.shortened) printLine(`- ${line}`);
  }
  printLine('');
  printTable(
    finalColumns,
    finding.finalists.map((finalist) => finalRow(finalist, finding)),
  );
  printLine('');
  printLine(
    `${join(folder, 'report.html')} has all of it; model.safetensors, saved-model, tfjs and examples lie beside it`,
  );
}
