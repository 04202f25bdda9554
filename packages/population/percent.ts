/** Shares as percents and back, by moving the decimal point: 0.0731 is 7.31 and 7.31 is 0.0731, which times and through 100 are not. */

/** Equal again after `ofPercent` for shares of up to 15 digits; of more, the last may be another. */
export function toPercent(share: number): number {
  return shift(share, 2);
}

export function ofPercent(percent: number): number {
  return shift(percent, -2);
}

function shift(value: number, places: number): number {
  const [digits, exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}
