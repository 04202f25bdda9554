/** Networks for tests: written briefly, or drawn at random by fast-check. */
import { array, constantFrom, integer, option, record, string, type Arbitrary } from 'fast-check';
import { adjustStage } from '@netspace/network/compatibility';
import type { BlockKind, InputShape, Network, Stage } from '@netspace/network/network';

export const imagenet: InputShape = { resolution: 224, channels: 3, classes: 1000 };
export const cifar: InputShape = { resolution: 32, channels: 3, classes: 10 };

/** A network of bottlenecks with a CIFAR stem of 16 unless `parts` says otherwise. */
export function network(
  stages: readonly (Partial<Stage> & Pick<Stage, 'depth' | 'width'>)[],
  parts: Partial<Network> = {},
): Network {
  return {
    stem: { kind: 'cifar', width: 16 },
    stages: stages.map((stage) => ({ stride: 2, bottleneckRatio: 1, groupWidth: 8, ...stage })),
    block: 'bottleneck',
    seRatio: 0,
    head: { width: 0 },
    activation: 'relu',
    ...parts,
  };
}

export const blockKinds: readonly BlockKind[] = [
  'bottleneck',
  'linear-bottleneck',
  'basic',
  'vanilla',
  'single',
  'single-residual',
];

const stages: Arbitrary<Stage> = record({
  depth: integer({ min: 1, max: 6 }),
  width: integer({ min: 1, max: 40 }).map((multiple) => multiple * 8),
  stride: constantFrom(1, 2),
  bottleneckRatio: constantFrom(0.25, 0.5, 1, 2, 4),
  groupWidth: constantFrom(1, 2, 3, 8, 16, 32),
}).map(adjustStage);

/** Any network that the interchange form allows, small enough to count quickly. */
export const networks: Arbitrary<Network> = record({
  stem: record({
    kind: constantFrom('simple' as const, 'cifar' as const, 'imagenet' as const),
    width: integer({ min: 1, max: 64 }),
  }),
  stages: array(stages, { minLength: 1, maxLength: 8 }),
  block: constantFrom(...blockKinds),
  seRatio: constantFrom(0, 0.0625, 0.25, 0.5, 1),
  head: record({ width: constantFrom(0, 64, 640) }),
  activation: constantFrom('relu' as const, 'silu' as const),
});

export const namedNetworks: Arbitrary<Network> = record({
  name: option(string({ maxLength: 20 }), { nil: undefined }),
  network: networks,
}).map((drawn) => (drawn.name === undefined ? drawn.network : { ...drawn.network, name: drawn.name }));
