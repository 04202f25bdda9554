/** EDFs as pages draw them. */
import type { EdfPoint } from '@netspace/stats/edf';

/** A thousandth of the height of an EDF that is drawn is less than a pixel. */
const mostPoints = 1000;

/** At most that many of an EDF's points, evenly spread over the shares, the first and the last among them. */
export function thinEdf(points: readonly EdfPoint[]): [number, number][] {
  const step = Math.max(1, (points.length - 1) / (mostPoints - 1));
  const count = Math.min(points.length, mostPoints);
  return Array.from({ length: count }, (_, k) => points[Math.round(k * step)] ?? [0, 0]).map(
    ([error, share]) => [error, share],
  );
}
