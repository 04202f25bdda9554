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

/**
 * With m = 1/b: v = ⌊max(1, w·m)⌋, g = min(g, v), k = lcm(g, ⌊m⌋) where m > 1 and else g; the inner width is v rounded (half to
 * even) to a multiple of k, at least k; the width is ⌊v/m⌋. Afterwards g divides the inner width. Widths may leave the multiples
 * of 8, and neighbouring stages may end equal.
 */
export function adjustWidths<T extends BlockWidths>(stage: T): T {
  const { width, bottleneckRatio, groupWidth } = stage;
  const wanted = Math.trunc(Math.max(1, width / bottleneckRatio));
  const group = Math.trunc(Math.min(groupWidth, wanted));
  const step = bottleneckRatio < 1 ? leastCommonMultiple(group, Math.trunc(1 / bottleneckRatio)) : group;
  const inner = Math.max(step, roundHalfEven(wanted / step) * step);
  return { ...stage, width: Math.trunc(inner * bottleneckRatio), groupWidth: group };
}

/** Channels of the 3x3 convolution: w / b, rounded half to even. */
export function innerWidth({ width, bottleneckRatio }: Omit<BlockWidths, 'groupWidth'>): number {
  return roundHalfEven(width / bottleneckRatio);
}

/** Groups of the 3x3 convolution; not whole where the group width does not divide the inner width. */
export function groupsOf(stage: BlockWidths): number {
  return innerWidth(stage) / stage.groupWidth;
}
