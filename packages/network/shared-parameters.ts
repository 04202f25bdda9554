/** The numbers that describe a whole network where its stages have one each. */
import { innerWidth } from './compatibility.ts';
import type { Network } from './network.ts';

/** What all of these ask of a network. */
export type Stages = Pick<Network, 'stages'>;

/** In blocks, without stem and head. */
export function networkDepth({ stages }: Stages): number {
  return stages.reduce((sum, { depth }) => sum + depth, 0);
}

/** The b of all stages; undefined where they differ. */
export function sharedBottleneckRatio({ stages }: Stages): number | undefined {
  const [first] = stages;
  return stages.every((stage) => stage.bottleneckRatio === first?.bottleneckRatio)
    ? first?.bottleneckRatio
    : undefined;
}

/** The g of all stages, but for those too narrow for it, where it was cut to one group; undefined where they differ otherwise. */
export function sharedGroupWidth({ stages }: Stages): number | undefined {
  const widest = Math.max(...stages.map((stage) => stage.groupWidth));
  const shares = stages.every(
    (stage) => stage.groupWidth === widest || stage.groupWidth === innerWidth(stage),
  );
  return shares ? widest : undefined;
}
