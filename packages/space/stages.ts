/** How what a space draws for a stage becomes the stage: its width is made to fit its groups. */
import { adjustStage } from '@netspace/network/compatibility';
import type { Network, Stage } from '@netspace/network/network';
import { hasGroups } from './dimensions.ts';
import type { Space } from './space.ts';

/** What is drawn for one stage. */
export interface StageDraw {
  readonly depth: number;
  readonly width: number;
  readonly bottleneckRatio: number;
  /** The group width, or the number of groups in a space that draws that. */
  readonly group: number;
}

/** The stage at a place (from 0) of a network. */
export function makeStage(space: Space, draw: StageDraw, index: number): Stage {
  const { depth, width, bottleneckRatio, group } = draw;
  const stride = strideOf(space, index);
  if (!hasGroups(space.block)) return { depth, width, stride, bottleneckRatio: 1, groupWidth: 1 };
  const groupWidth =
    groupDimension(space) === 'groups' ? Math.max(1, Math.floor(width / bottleneckRatio / group)) : group;
  return adjustStage({ depth, width, stride, bottleneckRatio, groupWidth });
}

/** The same for many draws of a space, which have few widths: what the adjustment makes of each is kept. */
export function stageMaker(space: Space): (draw: StageDraw, index: number) => Stage {
  const kept = new Map<number, Map<number, Stage>>();
  return (draw, index) => {
    const { depth, width, bottleneckRatio, group } = draw;
    let ofRatio = kept.get(bottleneckRatio);
    if (!ofRatio) kept.set(bottleneckRatio, (ofRatio = new Map()));
    // Widths and groups are whole numbers up to 2^16.
    const key = width * 131_072 + group;
    let made = ofRatio.get(key);
    if (!made) ofRatio.set(key, (made = makeStage(space, draw, 0)));
    return {
      depth,
      width: made.width,
      stride: strideOf(space, index),
      bottleneckRatio: made.bottleneckRatio,
      groupWidth: made.groupWidth,
    };
  };
}

/** The dimension that decides a stage's groups. */
export function groupDimension({ dimensions }: Space): 'groupWidth' | 'groups' {
  return dimensions.groups ? 'groups' : 'groupWidth';
}

/** Stride of the first block of the stage at a place (from 0). */
export function strideOf({ strides }: Space, index: number): number {
  return typeof strides === 'number' ? strides : (strides[index] ?? 1);
}

/** The network with the space's stem, block and head. */
export function networkOf(space: Space, stages: readonly Stage[]): Network {
  const { stem, block, seRatio, head, activation } = space;
  return { stem, stages, block, seRatio, head, activation };
}
