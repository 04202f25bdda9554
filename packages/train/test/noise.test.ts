import { layersOf } from '@netspace/network/layers';
import type { Network } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { dropRates } from '../drop-rates.ts';
import { drawBeta, drawMixture, mixImages, partnerLabels } from '../mixup.ts';
import { drawNoise } from '../noise.ts';
import { completeRecipe } from '../recipe.ts';
import { openTrainer } from '../trainer.ts';
import { input, network } from './small-case.ts';

const shape = { batchSize: 64, headWidth: 100, dropRates: [0.1, 0.5] };
const recipe = completeRecipe({ mixup: 0.2, dropout: 0.3, dropConnect: 0.5 });
const place = { epoch: 2, step: 3 };

/** Kolmogorov and Smirnov's distance of draws from a distribution. */
function distance(draws: readonly number[], cumulative: (x: number) => number): number {
  const sorted = draws.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((x, i) => Math.abs(cumulative(x) - (i + 0.5) / sorted.length)));
}

describe('Beta(alpha, alpha)', () => {
  const count = 20_000;
  const drawMany = (alpha: number) => {
    const stream = random(`beta ${alpha}`);
    return Array.from({ length: count }, () => drawBeta(alpha, stream));
  };

  it.each<[number, string, (x: number) => number]>([
    [1, 'uniform', (x) => x],
    [0.5, 'the arcsine distribution', (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [2, 'a parabola', (x) => x * x * (3 - 2 * x)],
  ])('of %d is %s', (alpha, _, cumulative) => {
    // Above this the distance of 20,000 draws lies once in a million times.
    expect(distance(drawMany(alpha), cumulative)).toBeLessThan(2.7 / Math.sqrt(count));
  });

  it.each([0.001, 0.05, 0.2, 3, 50])('of %d has mean 1/2 and variance 1 / (8 alpha + 4)', (alpha) => {
    const draws = drawMany(alpha);
    const mean = draws.reduce((sum, x) => sum + x, 0) / count;
    const variance = draws.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / count;
    expect(draws.every((x) => x >= 0 && x <= 1)).toBe(true);
    // Five standard errors of the mean; squares are at most a quarter, so five of theirs are less than that.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / (8 * alpha + 4) / count));
    expect(Math.abs(variance * (8 * alpha + 4) - 1)).toBeLessThan(0.05);
  });
});

describe('mixed images', () => {
  it('are shares of an image and its partner', () => {
    const mixture = { share: 0.25, partners: Int32Array.of(1, 1, 0) };
    expect([...mixImages(Float32Array.of(8, 0, 4, -4, 1, 2), mixture)]).toEqual([5, -3, 4, -4, 6.25, 0.5]);
    expect([...partnerLabels(Int32Array.of(7, 8, 9), mixture)]).toEqual([8, 8, 7]);
  });

  it('have each image as a partner once', () => {
    const { partners } = drawMixture(64, 0.2, random('partners'));
    expect([...partners].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  });
});

describe('noise', () => {
  it('is the same for the same seed, epoch and step, and another for any other', () => {
    const text = (seed: number, epoch: number, step: number) =>
      JSON.stringify(drawNoise(shape, recipe, seed, { epoch, step }));
    expect(text(1, 2, 3)).toBe(text(1, 2, 3));
    expect(new Set([text(1, 2, 3), text(2, 2, 3), text(1, 3, 3), text(1, 2, 4)]).size).toBe(4);
  });

  it('of one kind does not depend on another', () => {
    const alone = drawNoise(shape, { ...recipe, mixup: 0 }, 1, place);
    expect(alone.dropout).toEqual(drawNoise(shape, recipe, 1, place).dropout);
    expect(alone).not.toHaveProperty('mixture');
  });

  it('is none where nothing asks for it', () => {
    expect(drawNoise({ ...shape, dropRates: [] }, completeRecipe({}), 1, place)).toEqual({});
  });

  it('keeps the mean: what is not dropped is larger', () => {
    const { dropout = [] } = drawNoise(shape, recipe, 1, place);
    const dropped = dropout.filter((factor) => factor === 0).length / dropout.length;
    expect(new Set(dropout)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
    // 6,400 draws: five standard errors.
    expect(Math.abs(dropped - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / 6400));
  });

  it('drops each branch at its own rate', () => {
    const many = { ...shape, batchSize: 5000 };
    const { dropConnect = [] } = drawNoise(many, recipe, 1, place);
    shape.dropRates.forEach((rate, i) => {
      const own = dropConnect.slice(i * 5000, (i + 1) * 5000);
      expect(new Set(own)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
      const dropped = own.filter((factor) => factor === 0).length / 5000;
      expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / 5000));
    });
  });

  it('that a recipe asks for is missed by a step without it', () => {
    const trainer = openTrainer(network, input, completeRecipe({ batchSize: 2, dropout: 0.1 }), 1);
    const step = () => trainer.step(new Float32Array(2 * 6 * 6 * 2), Int32Array.of(0, 1), 0.1);
    expect(step).toThrow('dropout');
    trainer.close();
  });
});

describe('the rate of a dropped branch', () => {
  const deep: Network = {
    ...network,
    stages: [2, 3].map((depth) => ({ depth, width: 4, stride: 2, bottleneckRatio: 1, groupWidth: 2 })),
  };
  const rates = (block: Network['block']) => [
    ...dropRates(layersOf({ ...deep, block }, input), 0.5).values(),
  ];

  it.each<[Network['block'], readonly number[], string]>([
    ['bottleneck', [0.1, 0.2, 0.3, 0.4], 'grows by a fifth of it with each of five blocks, from none'],
    ['linear-bottleneck', [0.1, 0.3, 0.4], 'counts blocks without a shortcut, which have none to drop'],
    ['vanilla', [], 'is none where no block has a residual branch'],
  ])('of %s blocks: %j', (block, expected) => {
    const found = rates(block);
    expect(found).toHaveLength(expected.length);
    found.forEach((rate, i) => expect(rate).toBeCloseTo(expected[i] ?? NaN, 12));
  });

  it('is not there where nothing is dropped', () => {
    expect(dropRates(layersOf(deep, input), 0).size).toBe(0);
  });
});
