/** What there is to tell about a design space: its size, its dimensions, and what a sample of it looks like. */
import type { Complexity } from '@netspace/network/complexity';
import type { InputShape } from '@netspace/network/network';
import { median, quantile } from '@netspace/stats/quantile';
import { sampleNetworks, SamplingError, type Sample } from '@netspace/space/sample';
import { countSpace, type SpaceSize } from '@netspace/space/size';
import type { Space } from '@netspace/space/space';
import type { Window } from '@netspace/space/window';
import { dimensionFacts, type DimensionFacts } from './space-dimensions.ts';

export type Measure = keyof Complexity;

export const measures = ['flops', 'params', 'activations'] as const;

export interface SampleRequest {
  /** Networks to sample of each space; where there are fewer, all that can be had are taken. */
  readonly samples: number;
  readonly seed: number | string;
  readonly input: InputShape;
  readonly window: Window;
}

export interface SpaceFacts {
  /** The space's name, with a number where others of the picture have it too. */
  readonly name: string;
  readonly space: Space;
  readonly size: SpaceSize;
  readonly dimensions: readonly DimensionFacts[];
  readonly sample: Sample;
  readonly values: Readonly<Record<Measure, readonly number[]>>;
  readonly spread: Readonly<Record<Measure, Spread>>;
}

/** Of a measure over the sampled networks; `low` and `high` leave out a twentieth at each end. */
export interface Spread {
  readonly least: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly greatest: number;
}

export function gatherFacts(spaces: readonly Space[], request: SampleRequest): SpaceFacts[] {
  const names = distinctNames(spaces);
  return spaces.map((space, i) => {
    const size = countSpace(space);
    const sample = sampleAtMost(space, { ...request, samples: Math.min(request.samples, mostOf(size)) });
    const of = (measure: Measure): number[] => sample.networks.map(({ complexity }) => complexity[measure]);
    const values = { flops: of('flops'), params: of('params'), activations: of('activations') };
    return {
      name: names[i] ?? space.name,
      space,
      size,
      dimensions: dimensionFacts(space),
      sample,
      values,
      spread: {
        flops: spreadOf(values.flops),
        params: spreadOf(values.params),
        activations: spreadOf(values.activations),
      },
    };
  });
}

function distinctNames(spaces: readonly Space[]): string[] {
  return spaces.map(({ name }, i) => {
    const before = spaces.slice(0, i).filter((other) => other.name === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

/** A sample needs not ask for more; of a size that is an estimate this is not known. */
function mostOf({ points, networks = points, interval }: SpaceSize): number {
  return interval === undefined ? Math.max(1, Number(networks)) : Infinity;
}

/** As many as were asked for, or the most that the sampler finds; throws its error where that is none. */
function sampleAtMost(space: Space, { samples, seed, input, window }: SampleRequest): Sample {
  const take = (count: number): Sample => sampleNetworks(space, { count, seed, input, window });
  let most = take(1);
  let [found, missed] = [1, samples + 1];
  for (let count = samples; missed - found > 1; count = Math.floor((found + missed) / 2))
    try {
      most = take(count);
      found = count;
    } catch (error) {
      if (!(error instanceof SamplingError)) throw error;
      missed = count;
    }
  return most;
}

function spreadOf(values: readonly number[]): Spread {
  return {
    least: quantile(values, 0),
    low: quantile(values, 0.05),
    median: median(values),
    high: quantile(values, 0.95),
    greatest: quantile(values, 1),
  };
}
