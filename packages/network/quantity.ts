/** Numbers as people write them: 400M flops, 1.6G, 50k; and ranges of them. */

/** Inclusive at both ends. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A number or a range that cannot be read. */
export class QuantityError extends Error {
  readonly code = 'QUANTITY';
}

const units = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 } as const;

/** `400M`, `1.6G`, `50k`, `1000`, `1e6` or a number; at least 0. */
export function parseQuantity(written: string | number): number {
  const match = /^\s*(\d+(?:\.\d*)?(?:e\d+)?|\.\d+)\s*([kKMGT]?)\s*$/.exec(String(written));
  const [, digits, unit] = match ?? [];
  if (digits === undefined)
    throw new QuantityError(
      `${JSON.stringify(written)} is not a quantity; write it like 400M, 1.6G, 50k or 1000`,
    );
  const scale =
    unit === undefined || unit === '' ? 1 : units[unit === 'K' ? 'k' : (unit as keyof typeof units)];
  // Units are powers of ten, so a quantity of up to 15 digits is exact after rounding away the product's noise.
  return Number((Number(digits) * scale).toPrecision(15));
}

/** `360M:400M`; `:400M` and `360M:` are open at one end. */
export function parseRange(written: string): Range {
  const parts = written.split(':');
  const [low = '', high = ''] = parts;
  if (parts.length !== 2 || (low.trim() === '' && high.trim() === ''))
    throw new QuantityError(
      `${JSON.stringify(written)} is not a range; write it like 360M:400M, :400M or 360M:`,
    );
  const range = {
    low: low.trim() === '' ? 0 : parseQuantity(low),
    high: high.trim() === '' ? Infinity : parseQuantity(high),
  };
  if (range.low > range.high)
    throw new QuantityError(`range ${written}: its low end is above its high end; write ${high}:${low}`);
  return range;
}

/** Three digits and a unit: 399M, 1.61G, 50.3k, 950. */
export function formatQuantity(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [name, unit] = Object.entries(units).findLast(([, size]) => Math.abs(value) >= size * 0.9995) ?? [
    '',
    1,
  ];
  const scaled = value / unit;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, Math.abs(scaled) * 1.0005))));
  return `${Number(scaled.toFixed(unit === 1 && Number.isInteger(value) ? 0 : digits))}${name}`;
}
