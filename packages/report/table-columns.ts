/** The columns of the table of trials, as the page is written with and as its scripts fill it. */
import { formatNumber, formatPercent } from '@netspace/analysis/wording';
import type { PageData } from './page-data.ts';

export interface TableColumn {
  readonly title: string;
  readonly text: (data: PageData, trial: number) => string;
  /** What the column is sorted by where that is not its text. */
  readonly value?: (data: PageData, trial: number) => number;
}

/** Rows written into the page, and printed; more would make it slow to open, and nobody reads them. */
export const writtenRows = 100;

export const tableColumns: readonly TableColumn[] = [
  { title: 'Network', text: ({ trials }, i) => trials.name[i] ?? '' },
  { title: 'Space', text: ({ spaces, trials }, i) => spaces[trials.space[i] ?? 0] ?? '' },
  { title: 'Error', text: errorText, value: ({ trials }, i) => trials.error[i] ?? 1 },
  numberColumn('Flops', 'flops'),
  numberColumn('Params', 'params'),
  numberColumn('Activations', 'activations'),
  {
    title: 'Depths',
    text: ({ trials }, i) => trials.depths[i] ?? '',
    value: ({ trials }, i) => sumOf(trials.depths[i]),
  },
  {
    title: 'Widths',
    text: ({ trials }, i) => trials.widths[i] ?? '',
    value: ({ trials }, i) => sumOf(trials.widths[i]),
  },
  { title: 'b', text: ({ trials }, i) => trials.bottleneckRatios[i] ?? '' },
  { title: 'g', text: ({ trials }, i) => trials.groupWidths[i] ?? '' },
  {
    title: 'Fit error',
    text: ({ trials }, i) => (trials.fitError[i] ?? NaN).toFixed(3),
    value: ({ trials }, i) => trials.fitError[i] ?? NaN,
  },
];

function numberColumn(title: string, key: 'flops' | 'params' | 'activations'): TableColumn {
  return {
    title,
    text: ({ trials }, i) => formatNumber(trials[key][i] ?? NaN),
    value: ({ trials }, i) => trials[key][i] ?? NaN,
  };
}

/** The error, or why there is none; an error of a training that was stopped early is marked. */
function errorText({ trials }: PageData, i: number): string {
  if (trials.status[i] !== 'completed') return trials.status[i] ?? '';
  const error = formatPercent(trials.error[i] ?? NaN);
  return trials.stopped[i] === '' ? error : `${error} (stopped)`;
}

const orders = new WeakMap<PageData, readonly number[]>();

/** Trials by error, the best first, in the order of the population where they tie. Found once: every figure asks for it. */
export function byError(data: PageData): readonly number[] {
  const { error } = data.trials;
  const order =
    orders.get(data) ?? error.map((_, i) => i).toSorted((a, b) => (error[a] ?? 1) - (error[b] ?? 1));
  orders.set(data, order);
  return order;
}

function sumOf(list = ''): number {
  return list.split('/').reduce((sum, part) => sum + Number(part), 0);
}
