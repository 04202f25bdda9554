/** Where an axis bears its labels, if the chart library's own choice does not do. */

/** Distance of two ticks: 1, 2 or 5 times a power of ten, so that a span has at most so many of them. */
function tickStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Both ends and round numbers between them, none of which comes nearer to an end than three quarters of a step. */
export function ticksWithEnds(low: number, high: number, most: number): number[] {
  if (!(high > low)) return [low];
  const step = tickStep(high - low, most);
  const first = Math.ceil((low + 0.75 * step) / step);
  const last = Math.floor((high - 0.75 * step) / step);
  const between = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return [low, ...between, high];
}

/** Round numbers on a logarithmic axis: powers of ten with 3, or 2 and 5 between them where there is room; on a short axis equal distances. */
export function logarithmicTicks(low: number, high: number, most: number): number[] {
  const finest = [[1, 2, 5], [1, 3], [1]]
    .map((mantissas) => decades(low, high, mantissas))
    .find((ticks) => ticks.length <= most);
  if (finest === undefined) return everyFew(decades(low, high, [1]), most);
  return finest.length >= 3 ? finest : multiples(low, high, tickStep(high - low, most));
}

function decades(low: number, high: number, mantissas: readonly number[]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
    .flatMap((power) => mantissas.map((mantissa) => Number((mantissa * power).toPrecision(12))))
    .filter((tick) => tick >= low && tick <= high);
}

function everyFew(ticks: readonly number[], most: number): number[] {
  const few = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % few === 0);
}

function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
