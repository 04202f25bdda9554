/** From a stage back to the widths and groups that the adjustment makes it of. */
import type { Stage } from '@netspace/network/network';
import type { StageDraw } from './stages.ts';

/** A width and a group width (or number of groups) that make a stage. */
export interface Origin {
  readonly width: number;
  readonly group: number;
}

/** All origins among the given widths and groups, by what `make` makes of them; the stage's bottleneck ratio must be one of the space. */
export function originsOf(
  make: (draw: StageDraw, index: number) => Stage,
  stage: Stage,
  widths: readonly number[],
  groups: readonly number[],
): Origin[] {
  const { depth, bottleneckRatio } = stage;
  const origins: Origin[] = [];
  for (const group of groups)
    for (const width of widths) {
      const made = make({ depth, width, bottleneckRatio, group }, 0);
      if (made.width === stage.width && made.groupWidth === stage.groupWidth) origins.push({ width, group });
    }
  return origins;
}

/** The value of the space that a ratio stands for: 1 / 0.3 and 3.333333 are one. */
export function matchingRatio(ratio: number, ratios: readonly number[]): number | undefined {
  return ratios.find((value) => Math.abs(value - ratio) <= 1e-6 * value);
}
