/** Numbers as people read them in sentences, tables and charts. */

/** An error or share in percent with one digit: "12.3 %". */
export function formatPercent(fraction: number): string {
  return Number.isFinite(fraction) ? `${(100 * fraction).toFixed(1)} %` : '–';
}

/** A share in whole percent: "83 %". */
export function formatShare(fraction: number): string {
  return `${Math.round(100 * fraction)} %`;
}

/** A difference of two errors in percentage points, with a true minus sign: "−0.8". */
export function formatPoints(difference: number): string {
  const points = (100 * difference).toFixed(1);
  return points === '-0.0' ? '0.0' : points.replace('-', '−');
}

/** A probability under a test's assumption: "p = 0.021", "p < 0.001". */
export function formatP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

/** A whole number below ten thousand as it is, any other in about three digits, large ones with k, M or G: "1.23M". */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e4) return String(value);
  const [unit, scale] = unitOf(Math.abs(value));
  return `${Number((value / scale).toPrecision(3))}${unit}`;
}

function unitOf(size: number): [unit: string, scale: number] {
  if (size >= 999.5e6) return ['G', 1e9];
  if (size >= 999.5e3) return ['M', 1e6];
  return size >= 9999.5 ? ['k', 1e3] : ['', 1];
}

/** "1 network", "2 networks". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const titles: Readonly<Record<string, string>> = {
  depth: 'Depth (blocks)',
  bottleneckRatio: 'Bottleneck ratio b',
  groupWidth: 'Group width g',
  flops: 'Flops',
  params: 'Parameters',
  activations: 'Activations',
  initialWidth: 'Initial width w₀',
  widthSlope: 'Width slope wₐ',
  widthMultiplier: 'Width multiplier wₘ',
  fitError: 'Width fit error',
  learningRate: 'Learning rate',
  weightDecay: 'Weight decay',
};

/** How a parameter is called on an axis; a name that is not ours stays as it is, but for line breaks, which the chart library's expressions do not take. */
export function parameterTitle(name: string): string {
  const known = Object.hasOwn(titles, name) ? titles[name] : undefined;
  return known ?? name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
