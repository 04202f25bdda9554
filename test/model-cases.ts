/** Networks whose exported forms are compared with our own logits, and those logits. */
import type { InputShape, Network } from '@netspace/network/network';
import { findModel } from '@netspace/network/zoo';
import { stateOf, type Model } from '@netspace/model/model';
import { random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { openTrainer } from '@netspace/train/trainer';
import { randomModel, small } from '../packages/model/test/random-model.ts';

export interface ModelCase {
  readonly name: string;
  readonly why: string;
  readonly model: Model;
}

export const regNetX = findModel('RegNetX-200MF').network;
export const regNetY = findModel('RegNetY-200MF').network;

const tiny: InputShape = { resolution: 28, channels: 1, classes: 10 };

export function modelCase(name: string, why: string, network: Network, input: InputShape = tiny): ModelCase {
  return { name, why, model: randomModel(network, input) };
}

/** What timm's RegNet class can make. */
export const timmCases: readonly ModelCase[] = [
  modelCase('x', 'X blocks, groups of 8, odd maps', regNetX, { ...tiny, resolution: 36 }),
  modelCase('y', 'Y blocks, three channels', regNetY, { resolution: 64, channels: 3, classes: 12 }),
  modelCase('z', 'Z blocks, inverted, SiLU, a head convolution', {
    ...small,
    stages: small.stages.map((stage, i) => ({ ...stage, depth: i === 2 ? 2 : 1, bottleneckRatio: 0.5 })),
    block: 'linear-bottleneck',
    seRatio: 0.25,
    head: { width: 48 },
    activation: 'silu',
  }),
];

/** Images of any numbers from 0 to 255. */
export function drawImages({ input }: Model, count: number): Float32Array {
  const stream = random('images');
  const size = count * input.resolution ** 2 * input.channels;
  return Float32Array.from({ length: size }, () => stream.below(256));
}

/** Logits as training evaluates them: batch norms apart, by the graph that training has. */
export function trainedLogits(model: Model, images: Float32Array, count: number): Float32Array {
  const { network, input, mean, deviation } = model;
  const trainer = openTrainer(network, input, completeRecipe({ batchSize: 2 }), 1);
  try {
    trainer.writeState({ ...trainer.readState(), ...stateOf(model) });
    const normalised = images.map(
      (pixel, i) => (pixel - (mean[i % mean.length] ?? 0)) / (deviation[i % deviation.length] ?? 1),
    );
    return trainer.evaluate(normalised, count);
  } finally {
    trainer.close();
  }
}

/** The largest difference, as a share of the largest logit. */
export function differenceOf(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  const scale = a.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const largest = a.reduce((most, logit, i) => Math.max(most, Math.abs(logit - (b[i] ?? NaN))), 0);
  return Number.isFinite(scale) && scale > 0 ? largest / scale : Infinity;
}

const stage = { depth: 1, width: 16, stride: 2, bottleneckRatio: 1, groupWidth: 8 };

/** Every kind of block, stem and grouping, timm's or not. */
export const allCases: readonly ModelCase[] = [
  ...timmCases,
  modelCase('depthwise', 'depthwise convolutions at stride 1 and 2', {
    ...small,
    stem: { kind: 'cifar', width: 12 },
    stages: [
      { ...stage, width: 12, groupWidth: 1, stride: 1 },
      { ...stage, width: 24, groupWidth: 1 },
    ],
  }),
  modelCase('groups', 'few wide groups, many narrow ones, an inner width of its own', {
    ...small,
    stages: [
      { ...stage, width: 32, groupWidth: 16, stride: 1 },
      { ...stage, width: 48, groupWidth: 2, bottleneckRatio: 2 },
    ],
  }),
  modelCase('single', 'V blocks behind the ImageNet stem', {
    ...small,
    stem: { kind: 'imagenet', width: 8 },
    stages: [{ ...stage, depth: 2 }],
    block: 'single',
  }),
  modelCase('single-residual', 'VR blocks on odd maps', {
    ...small,
    stages: [{ ...stage, depth: 2 }, stage],
    block: 'single-residual',
  }),
  modelCase('basic', 'basic blocks', { ...small, stages: [stage, { ...stage, depth: 2 }], block: 'basic' }),
  modelCase('vanilla', 'vanilla blocks, SiLU', {
    ...small,
    stages: [stage],
    block: 'vanilla',
    activation: 'silu',
  }),
];
