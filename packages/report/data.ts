/** The trials of a report as data that its page carries: columns, compressed. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Measurement } from '@netspace/analysis/measurement';
import type { StudiedAnalysis } from '@netspace/analysis/study';
import type { CarriedData, PageData, TrialColumns } from './page-data.ts';

export function pageData(
  title: string,
  spaces: readonly string[],
  measured: readonly Measurement[],
): PageData {
  const names = new Set(measured.flatMap(({ parameters }) => Object.keys(parameters)));
  return {
    title,
    spaces,
    trials: columnsOf(measured, spaces),
    parameters: Object.fromEntries(
      [...names].map((name) => [name, measured.map(({ parameters }) => parameters[name] ?? null)]),
    ),
    curves: measured.map(curveOf),
  };
}

/** They follow from the trials, and would be the most of it. */
function withoutEdfs(normalization: StudiedAnalysis['normalized'][number]): object {
  return { ...normalization, spaces: normalization.spaces.map(({ edf: _edf, ...space }) => space) };
}

/** As text of the base64 alphabet, compressed in another thread. The same data give the same text. */
export async function packed(data: PageData, analysis: StudiedAnalysis): Promise<string> {
  const normalized = analysis.normalized.map(withoutEdfs);
  const carried: CarriedData = { ...data, analysis: { ...analysis, normalized } };
  return (await compress(JSON.stringify(carried), { level: compressionLevel })).toString('base64');
}

const compress = promisify(gzip);
/** Of ten thousand networks level 7 makes a twentieth less, and takes five times as long. */
const compressionLevel = 4;

function columnsOf(measured: readonly Measurement[], spaces: readonly string[]): TrialColumns {
  const numbers = new Map(spaces.map((name, i) => [name, i]));
  const column = <T>(value: (measurement: Measurement) => T): T[] => measured.map(value);
  const stages = (key: 'depth' | 'width' | 'bottleneckRatio' | 'groupWidth'): string[] =>
    column(({ network }) => network.stages.map((stage) => stage[key]).join('/'));
  return {
    name: column(({ name }) => name),
    space: column(({ space }) => numbers.get(space) ?? 0),
    status: column(({ status }) => status),
    error: column(({ error }) => error),
    flops: column(({ flops }) => flops),
    params: column(({ params }) => params),
    activations: column(({ activations }) => activations),
    depths: stages('depth'),
    widths: stages('width'),
    bottleneckRatios: stages('bottleneckRatio').map(shorten),
    groupWidths: stages('groupWidth').map(shorten),
    fitError: column(({ fit }) => fit.fitError),
    seed: column(({ seed }) => seed ?? null),
    stopped: column(({ stopped }) => (stopped === undefined ? '' : `${stopped.by}, epoch ${stopped.epoch}`)),
    reason: column(({ reason }) => reason ?? ''),
  };
}

/** "1/1/1" is "1". */
function shorten(list: string): string {
  const [first = '', ...others] = list.split('/');
  return others.every((other) => other === first) ? first : list;
}

function curveOf({ curve }: Measurement): (number | null)[] {
  const errors: (number | null)[] = [];
  for (const { epoch, validationError } of curve) {
    if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > longestCurve) continue;
    while (errors.length < epoch) errors.push(null);
    if (validationError !== undefined && Number.isFinite(validationError))
      errors[epoch - 1] = Number(validationError.toPrecision(5));
  }
  return errors;
}

/** Epochs beyond are of no curve that could be looked at. */
const longestCurve = 2000;
