/** What one step draws at random, where its recipe asks for it: from (seed, epoch, step) alone. */
import { random, type Random } from '@netspace/stats/random';
import type { StepPlace } from './average.ts';
import { drawMixture, type Mixture } from './mixup.ts';
import type { Recipe } from './recipe.ts';

export interface StepNoise {
  readonly mixture?: Mixture;
  /** [batch, width] factors of the head's input. */
  readonly dropout?: Float32Array;
  /** [branch, batch] factors of residual branches. */
  readonly dropConnect?: Float32Array;
}

/** What there is to mask. */
export interface NoiseShape {
  readonly batchSize: number;
  /** Channels before the linear layer. */
  readonly headWidth: number;
  /** For each branch that is dropped at times, how often. */
  readonly dropRates: readonly number[];
}

export function drawNoise(shape: NoiseShape, recipe: Recipe, seed: number, place: StepPlace): StepNoise {
  const { batchSize, headWidth, dropRates } = shape;
  const { mixup, dropout } = recipe;
  const stream = random(seed).fork(`noise/epoch ${place.epoch}/step ${place.step}`);
  return {
    ...(mixup > 0 && { mixture: drawMixture(batchSize, mixup, stream.fork('mixup')) }),
    ...(dropout > 0 && { dropout: drawMask(batchSize * headWidth, dropout, stream.fork('dropout')) }),
    ...(dropRates.length > 0 && {
      dropConnect: drawBranches(dropRates, batchSize, stream.fork('drop-connect')),
    }),
  };
}

function drawBranches(rates: readonly number[], batchSize: number, stream: Random): Float32Array {
  const masks = new Float32Array(rates.length * batchSize);
  rates.forEach((rate, i) => masks.set(drawMask(batchSize, rate, stream), i * batchSize));
  return masks;
}

/** 0 with the probability `rate`, else 1 / (1 - rate), so that the mean stays. */
function drawMask(size: number, rate: number, stream: Random): Float32Array {
  return Float32Array.from({ length: size }, () => (stream.next() < rate ? 0 : 1 / (1 - rate)));
}
