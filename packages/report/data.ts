/** The trials of a report as data to take away: records for JSON, lines for CSV. */
import type { Measurement } from '@netspace/analysis/measurement';

/** One flat row a trial; `stages` in words. */
export interface TrialRecord {
  readonly id: number;
  readonly name: string;
  readonly space: string;
  readonly status: string;
  readonly error: number;
  readonly flops: number;
  readonly params: number;
  readonly activations: number;
  readonly depths: string;
  readonly widths: string;
  readonly bottleneckRatios: string;
  readonly groupWidths: string;
  readonly fitError: number;
  readonly seed: number | '';
  readonly reason: string;
}

export function trialRecords(measured: readonly Measurement[]): TrialRecord[] {
  return measured.map(recordOf);
}

/** RFC 4180, lines ended by CR LF; a text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function trialsCsv(measured: readonly Measurement[]): string {
  const rows = measured.map((measurement) => ({ ...recordOf(measurement), recipe: recipeOf(measurement) }));
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => Object.values(row).map(cell).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

function recordOf(measurement: Measurement): TrialRecord {
  const { id, name, space, status, error, flops, params, activations, network, fit, seed, reason } =
    measurement;
  const each = (value: (stage: (typeof network.stages)[number]) => number): string =>
    network.stages.map(value).join('/');
  return {
    id,
    name,
    space,
    status,
    error,
    flops,
    params,
    activations,
    depths: each((stage) => stage.depth),
    widths: each((stage) => stage.width),
    bottleneckRatios: shorten(each((stage) => stage.bottleneckRatio)),
    groupWidths: shorten(each((stage) => stage.groupWidth)),
    fitError: fit.fitError,
    seed: seed ?? '',
    reason: reason ?? '',
  };
}

/** "1/1/1" is "1". */
function shorten(list: string): string {
  const [first = '', ...others] = list.split('/');
  return others.every((other) => other === first) ? first : list;
}

/** Parameters that are not columns of their own: "learningRate=0.1 weightDecay=0.0005". */
function recipeOf({ parameters }: Measurement): string {
  const own = new Set([
    'depth',
    'bottleneckRatio',
    'groupWidth',
    'flops',
    'params',
    'activations',
    'fitError',
  ]);
  return Object.entries(parameters)
    .filter(([name]) => !own.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
