/** A trial with every key, for tests of what is read and written. */
import type { Network } from '@netspace/network/network';
import type { Trial } from '../trial.ts';

export const stages = [
  { depth: 1, width: 24, stride: 2, bottleneckRatio: 1, groupWidth: 8 },
  { depth: 2, width: 56, stride: 2, bottleneckRatio: 1, groupWidth: 8 },
];

export const network: Network = {
  stem: { kind: 'simple', width: 32 },
  stages,
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

export const trial: Trial = {
  space: 'anynet-a',
  network,
  status: 'completed',
  error: 0.125,
  bestError: 0.1,
  stopped: { by: 'halving', epoch: 2 },
  evaluation: {
    bestEpoch: 2,
    k: 1,
    topKError: 0.125,
    classErrors: [0.25, null],
    confusion: [
      [3, 1],
      [0, 0],
    ],
  },
  flops: 1000,
  params: 2000,
  activations: 3000,
  recipe: { learningRate: 0.05, nesterov: true, schedule: 'cos', note: '=1+1', digits: '12' },
  seed: 17,
  curve: [
    { epoch: 1, trainLoss: 2.25, validationError: 0.5, seconds: 1.5 },
    { epoch: 2, trainLoss: 1.125, validationError: 0.125 },
  ],
  generator: { depth: 3, initialWidth: 24, widthSlope: 36.44, widthMultiplier: 2.49 },
  provenance: { host: 'a "quoted", name', versions: { node: '20' }, attempts: 1 },
};
