/** How probable each value of a space's dimension is, as the space declares it. */
import type { Discrete } from '@netspace/stats/distribution';
import { ticksWithEnds } from './axis-ticks.ts';
import { chartConfig, type Chart, type ChartSize } from './chart.ts';

/** Up to so many values have a bar with a label each; more are a histogram. */
const mostBars = 24;

/** A histogram has at most so many steps. */
const mostBins = 100;

/** Bars of the values' probabilities; neighbours of a fine grid share a step of a stair, at their mean. `title` is of the axis of values. */
export function dimensionChart(
  discrete: Discrete,
  { title, color, size }: { readonly title: string; readonly color: string; readonly size: ChartSize },
): Chart {
  const few = discrete.values.length <= mostBars;
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    ...(few ? bars(discrete, title, color, labelled(discrete, size)) : histogram(discrete, title, color)),
  } as Chart;
}

/** The values whose bars bear a label: the first and the last, and as many others as find room. */
function labelled({ values }: Discrete, { width }: ChartSize): number[] {
  const last = values.length - 1;
  const places = ticksWithEnds(0, last, Math.min(last, Math.floor(width / 28)));
  return places.flatMap((place) => values.slice(place, place + 1));
}

function bars(
  { values, probabilities }: Discrete,
  title: string,
  color: string,
  labels: readonly number[],
): object {
  return {
    data: { values: values.map((value, i) => ({ value, probability: probabilities[i] })) },
    mark: { type: 'bar', color, cornerRadiusEnd: 1.5 },
    encoding: {
      x: {
        field: 'value',
        type: 'ordinal',
        title,
        scale: { paddingInner: 0.25, paddingOuter: 0.2 },
        axis: { labelAngle: 0, values: labels, labelOverlap: 'parity', format: '.6~r' },
      },
      y: probabilityAxis,
    },
  };
}

/** A stair without gaps: many thin bars would flicker. */
function histogram(discrete: Discrete, title: string, color: string): object {
  const bins = binsOf(discrete);
  const end = bins.slice(-1).map(({ to, probability }) => ({ from: to, probability }));
  const { values } = discrete;
  return {
    data: { values: [...bins.map(({ from, probability }) => ({ from, probability })), ...end] },
    mark: { type: 'area', interpolate: 'step-after', color },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        title,
        scale: { zero: false, nice: false },
        axis: { values: ticksWithEnds(values[0] ?? 0, values.at(-1) ?? 0, 6), format: '.6~r', grid: false },
      },
      y: probabilityAxis,
    },
  };
}

interface Bin {
  readonly from: number;
  readonly to: number;
  /** Mean over the values of the bin. */
  readonly probability: number;
}

/** Each bin holds the same number of neighbouring values, the last perhaps fewer, and reaches half-way to the next value. */
function binsOf({ values, probabilities }: Discrete): Bin[] {
  const each = Math.ceil(values.length / mostBins);
  return Array.from({ length: Math.ceil(values.length / each) }, (_, bin) => {
    const [start, end] = [bin * each, Math.min(values.length, (bin + 1) * each)];
    const mass = probabilities.slice(start, end).reduce((sum, probability) => sum + probability, 0);
    return {
      from: borderBefore(values, start),
      to: borderBefore(values, end),
      probability: mass / (end - start),
    };
  });
}

/** Half-way between a value and the one before it; at the ends as far out as the nearest border is in. */
function borderBefore(values: readonly number[], index: number): number {
  const at = (i: number): number => values[Math.min(values.length - 1, Math.max(0, i))] ?? NaN;
  if (index === 0) return at(0) - (at(1) - at(0)) / 2;
  if (index === values.length) return at(index - 1) + (at(index - 1) - at(index - 2)) / 2;
  return (at(index - 1) + at(index)) / 2;
}

const probabilityAxis = {
  field: 'probability',
  type: 'quantitative',
  title: 'Probability',
  scale: { zero: true, nice: true },
  axis: { tickCount: 3, format: '.3~%' },
};
