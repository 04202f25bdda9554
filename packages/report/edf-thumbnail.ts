/** EDFs as lines of a picture the size of a stamp. */
import type { EdfPoint } from '@netspace/stats/edf';

export const thumbnailSize = { width: 240, height: 120 } as const;

const margin = 4;

/** A path for each EDF, all in one frame: from the least error to the greatest below 1, and from no network to all. */
export function edfPaths(edfs: readonly (readonly EdfPoint[])[]): string[] {
  const errors = edfs.flatMap((edf) => edf.map(([error]) => error)).filter((error) => error < 1);
  const [low, high] = [Math.min(...errors), Math.max(...errors)];
  const { width, height } = thumbnailSize;
  const x = (error: number): number => margin + ((error - low) / (high - low || 1)) * (width - 2 * margin);
  const y = (share: number): number => height - margin - share * (height - 2 * margin);
  return edfs.map((edf) => {
    const steps = edf
      .filter(([error]) => error < 1)
      .map(([error, share]) => `H${x(error).toFixed(1)}V${y(share).toFixed(1)}`);
    return `M${margin} ${y(0)}${steps.join('')}H${width - margin}`;
  });
}
