/** The Pareto front: what nothing else beats in both of two measures. */

/**
 * Indices of the points for which no other is at most as large in both coordinates and smaller in one; by rising x. Of equal points the
 * first stands for all.
 */
export function paretoFront(points: readonly { readonly x: number; readonly y: number }[]): number[] {
  const order = points
    .map((point, index) => ({ ...point, index }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .toSorted((a, b) => a.x - b.x || a.y - b.y || a.index - b.index);
  let least = Infinity;
  return order.flatMap(({ y, index }) => {
    if (y >= least) return [];
    least = y;
    return [index];
  });
}
