/** Trials and the points of figures as comma-separated text that no spreadsheet takes for formulas. */
import { formatRow, type Cell } from '@netspace/population/csv';
import type { FigureFrame, PageData } from './page-data.ts';

/** All that the page knows of some trials, a row each; `recipe` holds the parameters that have no column of their own. */
export function trialsCsv(data: PageData, trials: readonly number[]): string {
  const { spaces, trials: columns, parameters } = data;
  const keys = Object.keys(columns) as (keyof typeof columns)[];
  const others = Object.keys(parameters).filter((name) => !(name in columns));
  const rows = trials.map((i): Cell[] => [
    ...keys.map((key) => (key === 'space' ? spaces[columns.space[i] ?? 0] : (columns[key][i] ?? undefined))),
    ...others.map((name) => parameters[name]?.[i] ?? undefined),
  ]);
  return [[...keys, ...others], ...rows].map(formatRow).join('');
}

/** What a figure shows of some trials: a row a trial, or a row an epoch for learning curves. */
export function figureCsv(data: PageData, frame: FigureFrame, trials: readonly number[]): string {
  const head = (i: number): Cell[] => [
    data.trials.name[i],
    data.spaces[data.trials.space[i] ?? 0],
    data.trials.status[i],
    data.trials.stopped[i],
  ];
  const heading = ['name', 'space', 'status', 'stopped'];
  if (frame.kind === 'curves') {
    const rows = trials.flatMap((i) =>
      (data.curves[i] ?? []).map((error, epoch): Cell[] => [...head(i), epoch + 1, error ?? undefined]),
    );
    return [[...heading, 'epoch', 'validationError'], ...rows].map(formatRow).join('');
  }
  const shown = frame.kind === 'parallel' ? frame.axes : [frame.x, frame.y];
  const columns = shown.map(({ column }) => column).filter((column) => column !== 'share');
  const rows = trials.map((i): Cell[] => [
    ...head(i),
    ...columns.map((column) => valueOf(data, column, i) ?? undefined),
  ]);
  return [[...heading, ...columns], ...rows].map(formatRow).join('');
}

/** A trial's value in a column of numbers: its error or a parameter; null where it has none. */
export function valueOf(data: PageData, column: string, trial: number): number | null {
  return (column === 'error' ? data.trials.error[trial] : data.parameters[column]?.[trial]) ?? null;
}
