/** The EDFs of selected networks as lines of a picture. */
import type { Place } from './mark-places.ts';
import { placeOf, type PageData, type PointFrame } from './page-data.ts';

/** Whether all trials of a space are in the mask. */
export function isWhole({ trials }: PageData, space: number, mask: Uint8Array): boolean {
  return trials.space.every((own, trial) => own !== space || mask[trial] === 1);
}

/** An EDF. */
export interface Stair {
  readonly steps: readonly (readonly [error: number, share: number])[];
  readonly n: number;
}

/** Of a space's trials in the mask. */
export function stair({ trials }: PageData, space: number, mask: Uint8Array): Stair {
  const errors = trials.error.filter((_, i) => trials.space[i] === space && mask[i] === 1);
  const sorted = errors.toSorted((a, b) => a - b);
  return { steps: sorted.map((error, i) => [error, (i + 1) / sorted.length]), n: sorted.length };
}

/** Corners from the left edge to the right one, at shares moved by `shift`. */
export function corners({ x, y }: PointFrame, { steps }: Stair, shift = 0): Place[] {
  const [left, right] = x.range;
  let height = Math.min(1, Math.max(0, shift));
  const places: Place[] = [[left, placeOf(y, height)]];
  for (const [error, share] of steps) {
    const at = placeOf(x, error);
    if (at > right) break;
    places.push([at, placeOf(y, height)]);
    height = Math.min(1, Math.max(0, share + shift));
    places.push([at, placeOf(y, height)]);
  }
  places.push([right, placeOf(y, height)]);
  return places;
}

/** The outline of a stair's band: Dvoretzky, Kiefer and Wolfowitz, 95 %. */
export function bandCorners(frame: PointFrame, own: Stair): Place[] {
  const half = Math.sqrt(Math.log(40) / (2 * own.n));
  return [...corners(frame, own, half), ...corners(frame, own, -half).toReversed()];
}
