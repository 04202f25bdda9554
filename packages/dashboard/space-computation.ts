/** What is computed of design spaces: their size, and samples of them. */
import { findSpace } from '@netspace/space/builtin';
import { sampleNetworks } from '@netspace/space/sample';
import { countSpace } from '@netspace/space/size';
import type { SpaceCount, SpaceSample } from './space-schema.ts';
import type { SpaceTask } from './task.ts';

/** A window that so few draws do not fill is too narrow to be looked at while one waits. */
const mostDraws = 200_000;

export function computeOfSpace(task: SpaceTask): SpaceCount | SpaceSample {
  return task.kind === 'count' ? count(task.space) : sample(task);
}

function count(name: string): SpaceCount {
  const { dimensions, points, networks, interval } = countSpace(findSpace(name));
  return {
    dimensions,
    size: `${points}`,
    exact: interval === undefined,
    ...(interval && { ...interval, low: `${interval.low}`, high: `${interval.high}` }),
    ...(networks !== undefined && { networks: `${networks}` }),
  };
}

function sample({ space, resolution, ...rest }: Extract<SpaceTask, { kind: 'sample' }>): SpaceSample {
  const input = { resolution, channels: 3, classes: 1000 };
  const { networks, drawn, accepted } = sampleNetworks(findSpace(space), { ...rest, input, mostDraws });
  return {
    networks: networks.map(({ network, complexity }) => ({
      network: structuredClone(network) as SpaceSample['networks'][number]['network'],
      flops: complexity.flops,
      params: complexity.params,
      activations: complexity.activations,
    })),
    drawn,
    accepted,
  };
}
