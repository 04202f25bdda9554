import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import type { Network } from '@netspace/network/network';
import { describe, expect, it } from 'vitest';
import { completeRecipe } from '../recipe.ts';
import { trainNetwork } from '../train.ts';
import type { TrainingState } from '../trainer.ts';

const network: Network = {
  stem: { kind: 'simple', width: 8 },
  stages: [
    { depth: 1, width: 8, stride: 1, bottleneckRatio: 1, groupWidth: 4 },
    { depth: 1, width: 16, stride: 2, bottleneckRatio: 1, groupWidth: 8 },
  ],
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};
const dataset = await loadDataset('fashion-mnist-12k');
const small = holdOut(dataset, { seed: 1, validationShare: 0.2, limit: 2000 });
const larger = holdOut(dataset, { seed: 1, validationShare: 0.2, limit: 5000 });
const recipe = completeRecipe({ epochs: 2, batchSize: 64 });

describe('training', () => {
  it('learns: the error falls well below chance, and the curve has one record an epoch', async () => {
    const seen: number[] = [];
    const result = await trainNetwork(network, recipe, larger, {
      seed: 3,
      onEpoch: ({ epoch }) => seen.push(epoch),
    });
    expect(result.status).toBe('completed');
    expect(seen).toEqual([1, 2]);
    expect(result.error).toBeLessThan(0.5);
    expect(result.error).toBe(result.curve[1]?.validationError);
    expect(result.bestError).toBeLessThanOrEqual(result.error);
    expect(result.curve[1]?.trainLoss).toBeLessThan(result.curve[0]?.trainLoss ?? 0);
  });

  it('gives the same curve for the same seed, and another one for another', async () => {
    const errors = async (seed: number) => {
      const { curve } = await trainNetwork(network, recipe, small, { seed });
      return curve.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
    };
    const first = await errors(5);
    expect(await errors(5)).toEqual(first);
    expect(await errors(6)).not.toEqual(first);
  });

  it('hands over what it learned, and another begins with it', async () => {
    const learned: TrainingState[] = [];
    const first = await trainNetwork(network, recipe, small, {
      seed: 5,
      onTrained: (state) => learned.push(state),
    });
    const [state] = learned;
    expect(learned).toHaveLength(1);
    // A step too small to change a weight: the second training shows what it began with.
    const still = completeRecipe({ epochs: 1, batchSize: 64, learningRate: 1e-30 });
    const second = await trainNetwork(network, still, small, {
      seed: 6,
      begin: (drawn) => ({ ...drawn, ...state }),
      onTrained: ({ weights }) => expect(weights).toEqual(state?.weights),
    });
    expect(second.curve[0]?.trainError).toBeLessThan(first.curve[0]?.trainError ?? 0);
    expect.assertions(3);
  });

  it('that diverges is a result: error 1, no exception', async () => {
    // Each step multiplies the weights by 1 - 1000, so float32 ends after thirteen steps.
    const wild = completeRecipe({
      epochs: 3,
      batchSize: 64,
      learningRate: 1000,
      weightDecay: 1,
      momentum: 0,
    });
    const onTrained = () => expect.unreachable('it has learned nothing');
    const result = await trainNetwork(network, wild, small, { seed: 1, onTrained });
    expect(result).toMatchObject({ status: 'diverged', error: 1 });
  });

  it('counts every validation image, those of a last partial batch too', async () => {
    const { error } = await trainNetwork(network, completeRecipe({ epochs: 1, batchSize: 64 }), small, {
      seed: 1,
    });
    const wrong = error * small.validation.count;
    expect(small.validation.count % 256).not.toBe(0);
    expect(wrong).toBeCloseTo(Math.round(wrong), 9);
  });

  it('stops at the end of an epoch when asked', async () => {
    const result = await trainNetwork(network, recipe, small, { seed: 1, shouldStop: () => true });
    expect(result.status).toBe('stopped');
    expect(result.curve).toHaveLength(1);
  });

  it('refuses a batch larger than the training part, and says what to do', async () => {
    const large = completeRecipe({ batchSize: 4096 });
    await expect(trainNetwork(network, large, small, { seed: 1 })).rejects.toThrow('at most 1600');
  });
});
