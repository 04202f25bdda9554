import { trainingBatches } from '@netspace/data/batches';
import { layersOf } from '@netspace/network/layers';
import { describe, expect, it } from 'vitest';
import { averageShare } from '../average.ts';
import { readCheckpoint } from '../checkpoint.ts';
import { parameterGroups } from '../parameters.ts';
import { completeRecipe, type Recipe, type RecipeDeclaration } from '../recipe.ts';
import { trainNetwork } from '../train.ts';
import { openTrainer } from '../trainer.ts';
import { identify } from '../training-identity.ts';
import { inCopy, partOf, type ModelCopy, type TrainingState } from '../training-state.ts';
import { namedParameters } from './named-state.ts';
import { forward } from './reference.ts';
import { data, input, memoryStore, network } from './small-case.ts';

const seed = 3;
const batchSize = 16;
const parts = [...parameterGroups, 'statistics'] as const;
const declaration: RecipeDeclaration = { epochs: 2, batchSize, learningRate: 0.02, augmentation: 'flip' };

function batchesOf(recipe: Recipe, epoch: number) {
  const { train: set, mean, deviation } = data;
  const { augmentation } = recipe;
  return trainingBatches({ set, mean, deviation, batchSize, seed, epoch, augmentation });
}

/** The curve of a training, and its last state. */
async function train(recipe: Recipe) {
  const checkpoint = memoryStore();
  const { curve } = await trainNetwork(network, recipe, data, { seed, checkpoint });
  const found = readCheckpoint(checkpoint, identify(network, recipe, data, seed));
  if (found === undefined) throw new Error('the training left no checkpoint');
  return { curve, state: found.state };
}

/** The states after each step of a training without an average. */
function statesOf(recipe: Recipe): { epoch: number; state: TrainingState }[] {
  const trainer = openTrainer(network, input, recipe, seed);
  try {
    const states = [{ epoch: 0, state: trainer.readState() }];
    for (const epoch of [1, 2])
      for (const { images, labels } of batchesOf(recipe, epoch)) {
        trainer.step(images, labels, recipe.learningRate);
        states.push({ epoch, state: trainer.readState() });
      }
    return states;
  } finally {
    trainer.close();
  }
}

describe('the share of the average', () => {
  it.each<[string, RecipeDeclaration, { epoch: number; step: number }, number | undefined]>([
    // 0.0001 · 128 / 10 · 32
    ['is alpha · batch / epochs · every', {}, { epoch: 2, step: 1 }, 0.04096],
    ['comes again after so many steps', {}, { epoch: 2, step: 33 }, 0.04096],
    ['rests between', {}, { epoch: 2, step: 32 }, undefined],
    ['rests after the first', {}, { epoch: 2, step: 2 }, undefined],
    ['is all during the warm-up', { warmupEpochs: 2 }, { epoch: 2, step: 1 }, 1],
    ['is alpha again behind the warm-up', { warmupEpochs: 2 }, { epoch: 3, step: 1 }, 0.04096],
    ['is never more than all', { emaAlpha: 1 }, { epoch: 2, step: 1 }, 1],
    ['is none where alpha is 0', { emaAlpha: 0 }, { epoch: 2, step: 1 }, undefined],
  ])('%s', (_, changes, place, expected) => {
    const recipe = completeRecipe({ epochs: 10, batchSize: 128, emaAlpha: 1e-4, emaEvery: 32, ...changes });
    const share = averageShare(recipe, place);
    if (expected === undefined) expect(share).toBeUndefined();
    else expect(share).toBeCloseTo(expected, 12);
  });
});

describe('an average of the weights', () => {
  it('is that of plain loops over the steps, and does not touch what is averaged', async () => {
    const plain = completeRecipe({ ...declaration, schedule: 'steps' });
    const recipe = completeRecipe({ ...declaration, schedule: 'steps', emaAlpha: 0.02, emaEvery: 2 });
    const { state } = await train(recipe);
    const states = statesOf(plain);
    for (const part of parts) {
      const average = Float64Array.from(states[0]?.state[part] ?? []);
      // Five steps an epoch: the average moves after the first, third and fifth, by 0.02 · 16 / 2 · 2.
      for (const moved of [1, 3, 5, 6, 8, 10])
        states[moved]?.state[part].forEach((value, i) => {
          average[i] = (1 - 0.32) * (average[i] ?? NaN) + 0.32 * value;
        });
      const found = partOf(state, inCopy(part, 'average'));
      expect(found).toHaveLength(average.length);
      found.forEach((value, i) => expect(Math.abs(value - (average[i] ?? NaN)), part).toBeLessThan(1e-6));
      expect(state[part]).toEqual(states.at(-1)?.state[part]);
    }
  });

  it('that is a plain copy has the error of what it copies', async () => {
    const { curve } = await train(completeRecipe({ ...declaration, emaAlpha: 10, emaEvery: 1 }));
    for (const { emaError, validationError } of curve) expect(emaError).toBe(validationError);
  });

  it('that hardly moves has the error of the start', async () => {
    const { curve } = await train(completeRecipe({ ...declaration, emaAlpha: 1e-9, learningRate: 0.1 }));
    expect(new Set(curve.map(({ emaError }) => emaError)).size).toBe(1);
    expect(curve[1]?.emaError).not.toBe(curve[1]?.validationError);
  });

  it('is not in the curve where nobody asked for it', async () => {
    const { curve } = await train(completeRecipe(declaration));
    expect(curve[0]).not.toHaveProperty('emaError');
  });
});

describe('precise statistics', () => {
  const recipe = completeRecipe({
    ...declaration,
    emaAlpha: 0.02,
    emaEvery: 2,
    // Two batches of sixteen: what is left over does not fill a third.
    preciseBatchNormImages: 40,
  });

  it.each<ModelCopy>(['trained', 'average'])(
    'of the %s weights are the means over batches, by plain loops, without augmentation',
    async (copy) => {
      const { state } = await train(recipe);
      const layers = layersOf(network, input);
      const learnables = openTrainer(network, input, recipe, seed);
      const { graph } = learnables;
      learnables.close();
      const values = namedParameters(graph, state, copy);
      const batches = [...batchesOf({ ...recipe, augmentation: 'none' }, 2)].slice(0, 2);
      const moments = batches.map(({ images }) => {
        const map = { batch: batchSize, size: 6, channels: 2, values: Float64Array.from(images) };
        return forward(layers, map, values).moments;
      });
      const expected = graph.statistics.flatMap(({ name, width }) => {
        const layer = name.slice(0, name.lastIndexOf('.'));
        const kind = name.endsWith('.mean') ? 'mean' : 'variance';
        return Array.from({ length: width }, (_, i) => {
          const [one, two] = moments.map((each) => each.get(layer)?.[kind][i] ?? NaN);
          return ((one ?? NaN) + (two ?? NaN)) / 2;
        });
      });
      const found = partOf(state, inCopy('statistics', copy));
      expect(found).toHaveLength(expected.length);
      // float32 sums over 16 · 36 values.
      found.forEach((value, i) =>
        expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(2e-5 * (1 + Math.abs(value))),
      );
    },
  );

  it('change what is evaluated, and leave the weights of the epoch alone', async () => {
    const one = completeRecipe({ ...declaration, epochs: 1, preciseBatchNormImages: 64 });
    const [precise, running] = [await train(one), await train({ ...one, preciseBatchNormImages: 0 })];
    expect(precise.state.weights).toEqual(running.state.weights);
    expect(precise.state.statistics).not.toEqual(running.state.statistics);
    expect(precise.curve[0]?.trainLoss).toBe(running.curve[0]?.trainLoss);
    expect(precise.curve[0]?.validationLoss).not.toBe(running.curve[0]?.validationLoss);
  });
});

describe('a zero initial gamma', () => {
  it('is that of the last batch norm of each residual branch, and of no other', () => {
    const recipe = completeRecipe({ ...declaration, zeroInitGamma: true });
    const trainer = openTrainer(network, input, recipe, seed);
    const values = namedParameters(trainer.graph, trainer.readState());
    trainer.close();
    const zeros = Object.keys(values).filter(
      (name) => name.endsWith('.gamma') && values[name]?.every((value) => value === 0),
    );
    expect(zeros).toEqual(['stage1.block1.c.bn.gamma', 'stage1.block2.c.bn.gamma']);
    expect(values['stage1.block1.shortcut.bn.gamma']).toEqual(Float64Array.of(1, 1, 1, 1));
  });
});
