/** Axes: from values to pixels and back, linear and logarithmic. */
import { logarithmicTicks, ticksWithEnds } from '@netspace/analysis/axis-ticks';

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  /** Only whole numbers are named. */
  readonly whole?: boolean;
}

export interface Scale {
  (value: number): number;
  readonly invert: (pixel: number) => number;
}

export function scaleOf({ low, high, log = false }: Axis, from: number, to: number): Scale {
  const place = log ? Math.log : (value: number): number => value;
  const [a, b] = [place(low), place(high)];
  const span = b - a || 1;
  const scale = (value: number): number => from + ((place(value) - a) / span) * (to - from);
  const invert = (pixel: number): number => {
    const at = a + ((pixel - from) / (to - from || 1)) * span;
    return log ? Math.exp(at) : at;
  };
  return Object.assign(scale, { invert });
}

/** Round numbers; at most so many. */
export function ticksOf({ low, high, log = false, whole = false }: Axis, most: number): number[] {
  if (log) return logarithmicTicks(low, high, most);
  const span = high - low;
  if (!(span > 0)) return [low];
  const all = ticksWithEnds(low - span, high + span, 3 * most);
  const inside = all.filter((tick) => tick >= low - span * 1e-9 && tick <= high + span * 1e-9);
  return whole ? inside.filter(Number.isInteger) : inside;
}

/** An axis that holds all values with a little room. */
export function axisOf(values: readonly number[], log = false): Axis {
  const shown = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (shown.length === 0) return { low: log ? 1 : 0, high: log ? 10 : 1, log };
  const low = shown.reduce((least, value) => Math.min(least, value), Infinity);
  const high = shown.reduce((greatest, value) => Math.max(greatest, value), -Infinity);
  if (log) return { low: low / 1.3, high: high * 1.3, log };
  const room = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  return { low: low - room, high: high + room };
}
