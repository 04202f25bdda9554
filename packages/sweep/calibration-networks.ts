/** The networks that a machine is calibrated with: in each of them another part of a step's work weighs most. */
import type { Network, Stage } from '@netspace/network/network';

/** Thin and deep: layers. Wide with whole 3x3 convolutions on small maps: arithmetic. Large maps in narrow groups: activations. */
export const calibrationNetworks: readonly Network[] = [
  network(8, [stage(7, 16, 2, 8), stage(7, 24, 2, 8)]),
  network(16, [stage(1, 32, 2, 32), stage(2, 128, 2, 128), stage(1, 256, 2, 128)]),
  network(16, [stage(1, 48, 1, 8), stage(1, 64, 2, 16)]),
];

function network(stemWidth: number, stages: readonly Stage[]): Network {
  return {
    stem: { kind: 'cifar', width: stemWidth },
    stages,
    block: 'bottleneck',
    seRatio: 0,
    head: { width: 0 },
    activation: 'relu',
  };
}

function stage(depth: number, width: number, stride: 1 | 2, groupWidth: number): Stage {
  return { depth, width, stride, bottleneckRatio: 1, groupWidth };
}
