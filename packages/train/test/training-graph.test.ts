import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { encodeSavedModel } from '@netspace/tensorflow/saved-model';
import { describe, expect, it } from 'vitest';
import { completeRecipe, type Recipe } from '../recipe.ts';
import type { StepNoise } from '../noise.ts';
import { buildTrainingGraph } from '../training-graph.ts';
import { openTrainer } from '../trainer.ts';
import { parameterGroups, type ParameterGroup } from '../parameters.ts';
import { namedParameters } from './named-state.ts';
import {
  crossEntropy,
  differences,
  firstAdamStep,
  firstMomentumStep,
  forward,
  type FirstStep,
  type Map4,
  type ReferenceMasks,
} from './reference.ts';

const stage = { depth: 1, width: 4, stride: 2, bottleneckRatio: 1, groupWidth: 2 };
const base: Network = {
  stem: { kind: 'cifar', width: 3 },
  stages: [stage],
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};
const input: InputShape = { resolution: 6, channels: 2, classes: 3 };

const decayOfEverything = { batchNormWeightDecay: 0.02, biasWeightDecay: 0.03 };
const adam = { beta1: 0.8, beta2: 0.95, epsilon: 0.05 };

interface Case {
  readonly why: string;
  readonly network: Network;
  readonly recipe?: Partial<Recipe>;
  readonly noise?: StepNoise;
  /** The same noise as the reference takes it. */
  readonly masks?: ReferenceMasks;
}

/** One image of five passes the second block by, two the third. */
const branches = [undefined, [1.5, 0, 1.5, 1.5, 1.5], [0, 3, 3, 0, 3]];
const dropConnect = Float32Array.from([...(branches[1] ?? []), ...(branches[2] ?? [])]);
const head = Float32Array.from({ length: 5 * 4 }, (_, i) => (i % 3 === 1 ? 0 : 1.25));
const mixture = { share: 0.3, partners: Int32Array.of(3, 2, 1, 4, 0) };
const three = { ...base, stages: [{ ...stage, depth: 3 }] };

const cases: readonly Case[] = [
  { why: 'an X block with a shortcut', network: base },
  { why: 'X blocks, the second with an identity', network: { ...base, stages: [{ ...stage, depth: 2 }] } },
  { why: 'a Y block in SiLU', network: { ...base, seRatio: 0.5, activation: 'silu' } },
  {
    why: 'a Z block',
    network: {
      ...base,
      block: 'linear-bottleneck',
      stages: [{ ...stage, stride: 1, width: 3, bottleneckRatio: 0.5, groupWidth: 1 }],
    },
  },
  { why: 'a basic block', network: { ...base, block: 'basic' } },
  { why: 'a vanilla block', network: { ...base, block: 'vanilla' } },
  { why: 'a V block', network: { ...base, block: 'single' } },
  { why: 'a VR block', network: { ...base, block: 'single-residual' } },
  { why: 'the simple stem', network: { ...base, stem: { kind: 'simple', width: 3 } } },
  {
    why: 'the imagenet stem and a head convolution',
    network: {
      ...base,
      stem: { kind: 'imagenet', width: 2 },
      head: { width: 5 },
      stages: [{ ...stage, stride: 1 }],
    },
  },
  {
    why: 'Nesterov, label smoothing, decay of everything',
    network: base,
    recipe: { nesterov: true, labelSmoothing: 0.1, ...decayOfEverything },
  },
  { why: 'residual branches that begin as nothing', network: base, recipe: { zeroInitGamma: true } },
  // An epsilon of the size of gradients: where they nearly vanish, Adam's first step would be their sign, which is noise.
  {
    why: 'Adam, decay of everything',
    network: base,
    recipe: { ...adam, optimizer: 'adam', ...decayOfEverything },
  },
  {
    why: 'AdamW, decay of everything',
    network: base,
    recipe: { ...adam, optimizer: 'adamw', ...decayOfEverything },
  },
  { why: 'dropout', network: base, recipe: { dropout: 0.2 }, noise: { dropout: head }, masks: { head } },
  {
    why: 'branches that are dropped',
    network: three,
    recipe: { dropConnect: 0.5 },
    noise: { dropConnect },
    masks: { branches },
  },
  { why: 'mixed images', network: base, recipe: { mixup: 0.2 }, noise: { mixture } },
  {
    why: 'all noise at once, and smoothed labels',
    network: three,
    recipe: { mixup: 0.2, dropout: 0.2, dropConnect: 0.5, labelSmoothing: 0.1 },
    noise: { mixture, dropConnect, dropout: head },
    masks: { branches, head },
  },
  { why: 'clipped gradients, then decay', network: base, recipe: { clipNorm: 0.3, ...decayOfEverything } },
];

const LEARNING_RATE = 0.01;
const batchSize = 5;

function distance(ours: Float64Array, theirs: Float64Array): number {
  return Math.hypot(...ours.map((value, i) => value - (theirs[i] ?? NaN)));
}

/** share · image + (1 - share) · its partner, in float64. */
function mix(map: Map4, { mixture: mixed }: StepNoise): Map4 {
  if (mixed === undefined) return map;
  const size = map.values.length / map.batch;
  const values = map.values.map((own, i) => {
    const other = map.values[(mixed.partners[Math.floor(i / size)] ?? NaN) * size + (i % size)] ?? NaN;
    return mixed.share * own + (1 - mixed.share) * other;
  });
  return { ...map, values };
}

function firstStep(recipe: Recipe, start: Float64Array, slope: Float64Array, step: FirstStep): Float64Array {
  if (recipe.optimizer === 'sgd')
    return firstMomentumStep(start, slope, step, recipe.nesterov ? recipe.momentum : 0);
  return firstAdamStep(start, slope, step, { ...recipe, decoupled: recipe.optimizer === 'adamw' });
}

describe('a training step agrees with plain loops and differences for', () => {
  it.each(cases)('$why', ({ network, recipe: changes, noise = {}, masks = {} }) => {
    const recipe: Recipe = { ...completeRecipe({ batchSize, weightDecay: 0.01 }), ...changes };
    const stream = random(JSON.stringify(network));
    const images = Float32Array.from({ length: batchSize * 6 * 6 * 2 }, () => stream.normal());
    const labels = Int32Array.from({ length: batchSize }, () => stream.below(3));
    const trainer = openTrainer(network, input, recipe, 1);
    try {
      const before = namedParameters(trainer.graph, trainer.readState());
      const result = trainer.step(images, labels, LEARNING_RATE, noise);
      const state = trainer.readState();
      const after = namedParameters(trainer.graph, state);

      const map = mix({ batch: batchSize, size: 6, channels: 2, values: Float64Array.from(images) }, noise);
      const layers = layersOf(network, input);
      const loss = () => {
        const { output } = forward(layers, map, before, masks);
        const against = (own: Int32Array) => crossEntropy(output, own, recipe.labelSmoothing);
        const { share, partners } = noise.mixture ?? { share: 1, partners: labels };
        return share * against(labels) + (1 - share) * against(partners.map((i) => labels[i] ?? NaN));
      };
      expect(Math.abs(result.loss - loss())).toBeLessThan(1e-5);

      const decay: Record<ParameterGroup, number> = {
        weights: recipe.weightDecay,
        batchNorms: recipe.batchNormWeightDecay,
        biases: recipe.biasWeightDecay,
      };
      const slopes = new Map(
        Object.entries(before).map(([name, values]) => [name, differences(loss, values)]),
      );
      const norm = Math.hypot(...[...slopes.values()].flatMap((slope) => [...slope]));
      const clip = recipe.clipNorm > 0 ? Math.min(1, recipe.clipNorm / (norm + 1e-6)) : 1;
      if (recipe.clipNorm > 0) expect(clip).toBeLessThan(0.9);
      for (const group of parameterGroups)
        for (const { name } of trainer.graph.parameters[group]) {
          const [start, slope] = [before[name] ?? new Float64Array(), slopes.get(name) ?? new Float64Array()];
          const expected = firstStep(recipe, start, slope, {
            clip,
            weightDecay: decay[group],
            learningRate: LEARNING_RATE,
          });
          const moved = distance(start, expected);
          // float32's noise in a step: one in a thousand of it, or a few units in the last place of the values.
          const rounding = 1e-3 * moved + 3e-7 * Math.hypot(...start);
          expect(distance(after[name] ?? new Float64Array(), expected), name).toBeLessThan(rounding + 1e-8);
        }

      const { moments } = forward(layers, map, before, masks);
      let offset = 0;
      for (const { name, width, initial } of trainer.graph.statistics) {
        const [layer, what] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
        const found = moments.get(layer)?.[what === 'mean' ? 'mean' : 'variance'] ?? new Float64Array();
        found.forEach((value, i) =>
          expect(state.statistics[offset + i], name).toBeCloseTo(0.9 * initial + 0.1 * value, 4),
        );
        offset += width;
      }
    } finally {
      trainer.close();
    }
  });
});

describe('a graph', () => {
  it('has no node for what is off: it is that of a recipe without these keys', () => {
    const { momentum, nesterov, weightDecay, batchNormWeightDecay, biasWeightDecay, labelSmoothing } =
      completeRecipe({});
    const decays = { weightDecay, batchNormWeightDecay, biasWeightDecay };
    const least = { batchSize, optimizer: 'sgd', momentum, nesterov, labelSmoothing, ...decays } as const;
    const encode = (recipe: Partial<Recipe>) =>
      Buffer.from(encodeSavedModel(buildTrainingGraph(three, input, recipe as Recipe).graph));
    const all = encode(completeRecipe({ batchSize }));
    expect(all.equals(encode(least))).toBe(true);
    for (const on of [{ clipNorm: 1 }, { emaAlpha: 1 }, { mixup: 1 }, { dropout: 0.5 }, { dropConnect: 0.5 }])
      expect(all.equals(encode({ ...least, ...on }))).toBe(false);
  });
});
