/**
 * What a training costs: seconds as a sum over its arithmetic, its maps and its layers.
 *
 * Small networks are bound by memory more than by arithmetic (ARCHITECTURE.md, "Where the time of a step goes"), so flops alone
 * mislead: of two networks with equal flops the one with more activations may take three times as long. Three numbers say how
 * fast a machine is at each of the three parts.
 */
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import type { Layer } from '@netspace/network/layer';
import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import type { Recipe } from '@netspace/train/recipe';

/** What a network asks of a machine. */
export interface Workload extends Pick<Complexity, 'flops' | 'activations'> {
  /** Convolutions and batch norms. */
  readonly layers: number;
}

/** Seconds of a training step, forward and backward, for each unit of its work. */
export interface StepRates {
  /** A multiply-add of the forward pass, of one image. */
  readonly flop: number;
  /** An activation of one image: maps are written, normalised and read again. */
  readonly activation: number;
  /** A layer, whatever the number of images. */
  readonly layer: number;
}

/** Seconds of a step: multiply-adds; reading and writing of maps; whatever each layer takes, however small it is. */
export interface StepParts {
  readonly arithmetic: number;
  readonly maps: number;
  readonly layers: number;
}

/**
 * Fitted by least squares of the relative errors to the CPU seconds of one process with one thread, on a server with AVX-512 on which
 * other processes ran: the steps of the 32 networks in `test/measured-steps.json`, of AnyNetX A, RegNetX and RegNetY. Of these it misses
 * a step by 8 % (root mean square) and by 15 % at most; one that is left out of the fit, by 10 %. Other machines: `calibration.ts`.
 */
export const referenceRates: StepRates = { flop: 4e-11, activation: 7e-9, layer: 2.4e-4 };

export function workloadOf(network: Network, input: InputShape): Workload {
  const { flops, activations } = countComplexity(network, input);
  return { flops, activations, layers: countLayers(layersOf(network, input)) };
}

function countLayers(layers: readonly Layer[]): number {
  return layers.reduce((count, layer) => {
    if (layer.kind === 'convolution' || layer.kind === 'batch-norm') return count + 1;
    if (layer.kind === 'gate') return count + countLayers(layer.layers);
    if (layer.kind === 'residual') return count + countLayers(layer.layers) + countLayers(layer.shortcut);
    return count;
  }, 0);
}

/** Seconds of a step with so many images, by what they are spent on. */
export function stepParts(work: Workload, images: number, rates: StepRates): StepParts {
  return {
    arithmetic: images * work.flops * rates.flop,
    maps: images * work.activations * rates.activation,
    layers: work.layers * rates.layer,
  };
}

export function stepSeconds(work: Workload, images: number, rates: StepRates): number {
  const { arithmetic, maps, layers } = stepParts(work, images, rates);
  return arithmetic + maps + layers;
}

/**
 * The cost of a training for the order in which trials are leased: its steps' seconds on the reference machine for every 1000
 * images of an epoch. Equal on all machines, since a sweep's table must be; what a machine really takes is `estimate.ts`' to say.
 */
export function trainingCost(work: Workload, { batchSize, epochs }: Recipe): number {
  return (epochs * 1000 * stepSeconds(work, batchSize, referenceRates)) / batchSize;
}
