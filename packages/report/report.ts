/**
 * A population as one HTML file that opens from disk.
 *
 * trials → analysis → charts → pictures and their frames → page. Pictures, tables and sentences are in the page and need no script;
 * where one runs, it draws the networks into the same frames, linked with each other and with the table.
 */
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { measureTrials } from '@netspace/analysis/measurement';
import { studySpaces, withStudy } from '@netspace/analysis/study';
import type { InputShape } from '@netspace/network/network';
import type { Trial } from '@netspace/population/trial';
import { defaultInput } from '@netspace/population/trial-record';
import type { Space } from '@netspace/space/space';
import { packed, pageData } from './data.ts';
import { startDrawing } from './drawing-thread.ts';
import { makeFigures } from './figures.ts';
import { makePage } from './page.ts';
import { summarise } from './report-summary.ts';
import { readScript } from './scripts.ts';
import { makeStudyFigures } from './study-figures.ts';

export interface ReportInput {
  readonly title: string;
  /** What was trained and how, in a line: "Fashion-MNIST, 3 epochs, 10 to 12 MF". */
  readonly subtitle?: string;
  readonly trials: readonly Trial[];
  /** Where complexity is counted for trials that do not state it; default 224 px, 3 channels, 1000 classes. */
  readonly input?: InputShape;
  /** By name, the spaces that networks were sampled from, as far as they are known: refinements are asked of these. */
  readonly spaces?: Readonly<Record<string, Space>>;
  /** Of the bootstrap of differences; default 1. */
  readonly seed?: number | string;
  /** When, as ISO 8601; lists of reports have the newest first. */
  readonly made?: string;
  /** What came from where, for the end of the page: plan hash, checksum of the data, versions, machine, times. */
  readonly provenance?: Readonly<Record<string, string>>;
}

/** The text of the HTML file. The same input gives the same text. */
export async function makeReport(input: ReportInput): Promise<string> {
  startDrawing();
  const { title, subtitle = '', trials, provenance = {}, seed } = input;
  const { measured, missing } = measureTrials(trials, input.input ?? defaultInput);
  const analysis = analyseMeasurements({ measured, missing }, seed);
  const { groups } = analysis;
  const spaces = groups.map(({ name }) => name);
  const data = pageData(title, spaces, measured);
  // Drawing goes on elsewhere while the rest is computed here.
  const drawn = makeFigures(groups, measured, data);
  const study = studySpaces(measured, {
    ...(input.spaces && { declared: input.spaces }),
    ...(seed !== undefined && { seed }),
  });
  const [figures, studyFigures, packedData, script] = await Promise.all([
    drawn,
    makeStudyFigures(groups, study),
    packed(data, withStudy(analysis, study)),
    readScript(),
  ]);
  return makePage({
    title,
    subtitle,
    summary: summarise({ title, subtitle, made: input.made }, analysis),
    analysis,
    measured,
    data,
    figures,
    study,
    studyFigures,
    provenance,
    script,
    packed: packedData,
  });
}
