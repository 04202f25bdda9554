/** Makes a stage's width, bottleneck ratio and group width fit each other: Appendix D, as pycls has it. */
import { leastCommonMultiple, roundHalfEven } from './rounding.ts';

export interface BlockWidths {
  /** Channels, w, at least 1. */
  readonly width: number;
  /** b; the inner width is w / b. */
  readonly bottleneckRatio: number;
  /** g, channels a group. */
  readonly groupWidth: number;
}

/** Widths that no group width fits, whatever they are rounded to. */
export class CompatibilityError extends Error {
  readonly code = 'COMPATIBILITY';
}

/**
 * With m = 1/b: v = ⌊max(1, w·m)⌋, g = min(g, v), k = lcm(g, ⌊m⌋) where m > 1 and else g; the inner width is v rounded (half to
 * even) to a multiple of k, at least k; the width is ⌊v/m⌋. Afterwards g divides the inner width: where 1/b or b is whole always,
 * else it may be impossible, which is an error. Widths may leave the multiples of 8, and neighbouring stages may end equal.
 */
export function adjustWidths({ width, bottleneckRatio, groupWidth }: BlockWidths): {
  width: number;
  groupWidth: number;
} {
  const wanted = wholePart(Math.max(1, width / bottleneckRatio));
  const group = Math.min(Math.trunc(groupWidth), wanted);
  const step = bottleneckRatio < 1 ? leastCommonMultiple(group, wholePart(1 / bottleneckRatio)) : group;
  const inner = Math.max(step, roundHalfEven(wanted / step) * step);
  const adjusted = wholePart(inner * bottleneckRatio);
  if (adjusted < 1 || innerWidth({ width: adjusted, bottleneckRatio }) % group !== 0)
    throw new CompatibilityError(
      `width ${width}, bottleneck ratio ${bottleneckRatio}: no nearby width has an inner width of whole groups of ${group}; use a ratio that is whole or one over a whole number`,
    );
  return { width: adjusted, groupWidth: group };
}

/** The stage, or whatever has these widths, with those of `adjustWidths`. */
export function adjustStage<T extends BlockWidths>(stage: T): T {
  return { ...stage, ...adjustWidths(stage) };
}

/** Channels of the 3x3 convolution: w / b, rounded half to even. */
export function innerWidth({ width, bottleneckRatio }: Omit<BlockWidths, 'groupWidth'>): number {
  return roundHalfEven(width / bottleneckRatio);
}

/** Groups of the 3x3 convolution; not whole where the group width does not divide the inner width. */
export function groupsOf(stage: BlockWidths): number {
  return innerWidth(stage) / stage.groupWidth;
}

/** Without the trap that 1 / (1 / 49) is less than 49. */
function wholePart(value: number): number {
  return Math.trunc(value + 1e-9);
}
