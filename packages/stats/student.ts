/** Student's t distribution: how far a mean may lie off when its deviation is itself an estimate. */

/**
 * The value below which a share of t with `freedom` degrees of freedom (any number of at least 1, Infinity excepted) lies.
 * With t = sqrt(freedom) tan(angle) the density is cos(angle)^(freedom - 1) but for a constant, which a second integral divides out.
 */
export function studentQuantile(share: number, freedom: number): number {
  if (!(share > 0 && share < 1))
    throw new RangeError(`t quantile at ${share}: the share must be between 0 and 1`);
  if (!(freedom >= 1 && freedom < Infinity))
    throw new RangeError(`t quantile: ${freedom} degrees of freedom; they must be a number of at least 1`);
  if (share < 0.5) return -studentQuantile(1 - share, freedom);
  // Behind 12 deviations there is nothing left of a density as narrow as that of many degrees.
  const end = Math.min(Math.PI / 2, 12 / Math.sqrt(freedom));
  const wanted = (2 * share - 1) * integral(end, freedom - 1);
  // The integral rises ever more slowly, so Newton's steps from 0 never go too far.
  let angle = 0;
  for (let step = Infinity; step > 1e-13 * angle; angle += step)
    step = (wanted - integral(angle, freedom - 1)) / Math.cos(angle) ** (freedom - 1);
  return Math.sqrt(freedom) * Math.tan(angle);
}

/** P(T <= t) with any number of at least 1 degree of freedom, Infinity excepted; to 1e-7, with fewer than three degrees to 1e-5. */
export function studentShareBelow(t: number, freedom: number): number {
  if (!(freedom >= 1 && freedom < Infinity))
    throw new RangeError(`share of t: ${freedom} degrees of freedom; they must be a number of at least 1`);
  if (Number.isNaN(t)) return NaN;
  const end = Math.min(Math.PI / 2, 12 / Math.sqrt(freedom));
  const angle = Math.min(end, Math.atan(Math.abs(t) / Math.sqrt(freedom)));
  // Behind t, as a share of the half: 1 less the part before it would lose what is left of a small tail.
  const behind = (integral(end, freedom - 1) - integral(angle, freedom - 1)) / integral(end, freedom - 1) / 2;
  const tail = Math.max(0, behind);
  return t < 0 ? tail : 1 - tail;
}

/** cos(angle)^power from 0 to `end` by Simpson's rule. */
function integral(end: number, power: number): number {
  const parts = 400;
  const width = end / parts;
  let sum = 1 + Math.max(0, Math.cos(end)) ** power;
  for (let i = 1; i < parts; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.cos(i * width) ** power;
  return (sum * width) / 3;
}
