/** What of a network stands in columns of its own, so that trials are found by it without reading JSON. */
import type { Network } from '@netspace/network/network';
import { networkDepth, sharedBottleneckRatio, sharedGroupWidth } from '@netspace/network/shared-parameters';

/** A network has one to eight stages; a column each for their widths. */
export const widthColumns = [
  'width1',
  'width2',
  'width3',
  'width4',
  'width5',
  'width6',
  'width7',
  'width8',
] as const;

export type NetworkColumns = {
  /** In blocks. */
  depth: number | null;
  stages: number | null;
  /** Null where the stages differ. */
  groupWidth: number | null;
  bottleneckRatio: number | null;
  seRatio: number | null;
  block: string | null;
} & { [width in (typeof widthColumns)[number]]: number | null };

export function networkColumns(network: Network): NetworkColumns {
  const widths = widthColumns.map((column, i) => [column, network.stages[i]?.width ?? null] as const);
  return {
    depth: networkDepth(network),
    stages: network.stages.length,
    groupWidth: sharedGroupWidth(network) ?? null,
    bottleneckRatio: sharedBottleneckRatio(network) ?? null,
    seRatio: network.seRatio,
    block: network.block,
    ...(Object.fromEntries(widths) as Pick<NetworkColumns, (typeof widthColumns)[number]>),
  };
}
