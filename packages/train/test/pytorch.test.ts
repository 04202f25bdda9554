/**
 * Fifty steps of every kind of block against plain PyTorch, from equal weights and on equal batches.
 *
 * pytorch-steps.json is made by test/pytorch/steps.py and says by which PyTorch and when.
 */
import type { InputShape, Network } from '@netspace/network/network';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parameterGroups } from '../parameters.ts';
import { completeRecipe } from '../recipe.ts';
import { openTrainer, type Trainer } from '../trainer.ts';
import { partOf } from '../training-state.ts';
import { hashed, hashedBatch, hashedState, pytorchPlaces, tensorsOf } from './hashed.ts';
import { crossEntropy } from './reference.ts';

interface Curve {
  /** Of the steps 1, 2, …, each before its update. */
  readonly losses: readonly number[];
  /** By the running statistics, after the last step. */
  readonly evaluation: number;
}

/** Norm, and product with a vector of signs. */
type Summary = readonly [number, number];

interface Reference {
  readonly name: string;
  readonly draw: number;
  readonly float64: Curve;
  /** Runs that differ in the order of their sums. */
  readonly float32: Readonly<Record<string, Curve>>;
  readonly afterStep1: Readonly<Record<string, { readonly parameter: Summary; readonly velocity: Summary }>>;
}

interface Given {
  readonly recipe: {
    readonly steps: number;
    readonly batchSize: number;
    readonly learningRate: number;
    readonly momentum: number;
    readonly weightDecay: number;
    readonly batchNormWeightDecay: number;
    readonly biasWeightDecay: number;
  };
  readonly cases: readonly { readonly name: string; readonly network: Network; readonly input: InputShape }[];
}

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const { recipe: given, cases } = read('pytorch-cases.json') as Given;
const references = (read('pytorch-steps.json') as { readonly cases: readonly Reference[] }).cases;
const { steps, learningRate, ...changes } = given;
const recipe = completeRecipe(changes);

/**
 * What rounding may do: `MULTIPLE` times the furthest that any of PyTorch's float32 runs has been from float64 until that step, which is
 * 3e-7 to 2e-6 and hardly grows, since the reference keeps clear of the kinks of ReLUs. Three runs are few to know a maximum from, so the
 * multiple is 3; the floor is four units in the last place of a float32 near 2, for where all three happen to be near. A momentum that is
 * wrong by 2e-5, or a learning rate by 1e-4 of itself, is beyond that within fifty steps.
 */
const MULTIPLE = 3;
const FLOOR = 1e-6;

function allowed(reference: Reference): number[] {
  const runs = Object.values(reference.float32);
  let furthest = 0;
  return reference.float64.losses.map((exact, i) => {
    for (const { losses } of runs) furthest = Math.max(furthest, Math.abs((losses[i] ?? NaN) - exact));
    return MULTIPLE * furthest + FLOOR;
  });
}

/** Of one vector of a state, tensor by tensor, elements in PyTorch's order. */
function summaries(trainer: Trainer, kind: 'parameter' | 'velocity'): Map<string, Summary> {
  const state = trainer.readState();
  const found = new Map<string, Summary>();
  for (const group of parameterGroups) {
    const vector = partOf(state, kind === 'parameter' ? group : `${group}Velocity`);
    for (const { name, parameter, offset } of tensorsOf(trainer.graph, group)) {
      const places = pytorchPlaces(parameter.shape);
      const values = Array.from(places, (place) => vector[offset + place] ?? NaN);
      const signs = hashed(`signs/${name}`, values.length);
      const product = values.reduce((sum, value, i) => sum + ((signs[i] ?? NaN) < 0 ? -value : value), 0);
      found.set(name, [Math.hypot(...values), product]);
    }
  }
  return found;
}

/**
 * Both numbers may be off by a share of the tensor's norm; a sum of signed errors is of the size of their norm, and may be three times it.
 * The floor is for gradients that are nothing but rounding: what the next batch norm takes away again has no slope.
 */
function expectSummaries(
  ours: Map<string, Summary>,
  kind: 'parameter' | 'velocity',
  reference: Reference,
  share: number,
): void {
  const exact = Object.entries(reference.afterStep1).map(([name, found]) => [name, found[kind]] as const);
  expect([...ours.keys()].toSorted()).toEqual(exact.map(([name]) => name).toSorted());
  const floor = 1e-7 * Math.hypot(...exact.map(([, [norm]]) => norm));
  for (const [name, [exactNorm, exactProduct]] of exact) {
    const [norm, product] = ours.get(name) ?? [NaN, NaN];
    const limit = share * exactNorm + floor;
    expect(Math.abs(norm - exactNorm), `norm of the ${kind} of ${name}`).toBeLessThan(limit);
    expect(Math.abs(product - exactProduct), `signed sum of the ${kind} of ${name}`).toBeLessThan(3 * limit);
  }
}

describe('training follows PyTorch: a network of', () => {
  it.each(cases)('$name', ({ name, network, input }) => {
    const reference = references.find((known) => known.name === name);
    if (reference === undefined) throw new Error(`pytorch-steps.json has no ${name}; run its command`);
    const { draw, float64 } = reference;
    const trainer = openTrainer(network, input, recipe, 1);
    try {
      trainer.writeState(hashedState(trainer.graph, trainer.readState(), draw));
      const limits = allowed(reference);
      const distances: number[] = [];
      for (let step = 1; step <= steps; step++) {
        const { images, labels } = hashedBatch(`${draw}/step ${step}`, recipe.batchSize, input);
        const { loss } = trainer.step(images, labels, learningRate);
        distances.push(Math.abs(loss - (float64.losses[step - 1] ?? NaN)));
        if (step > 1) continue;
        expectSummaries(summaries(trainer, 'parameter'), 'parameter', reference, 1e-6);
        expectSummaries(summaries(trainer, 'velocity'), 'velocity', reference, 1e-5);
      }
      distances.forEach((distance, i) =>
        expect(distance, `distance at step ${i + 1}`).toBeLessThan(limits[i] ?? NaN),
      );
      const { images, labels } = hashedBatch(`${draw}/evaluation`, recipe.batchSize, input);
      const logits = trainer.evaluate(images, recipe.batchSize);
      const map = {
        batch: recipe.batchSize,
        size: 1,
        channels: input.classes,
        values: Float64Array.from(logits),
      };
      const evaluation = crossEntropy(map, labels, 0);
      const limit = limits.at(-1) ?? NaN;
      expect(Math.abs(evaluation - float64.evaluation), 'distance of the evaluation').toBeLessThan(limit);
    } finally {
      trainer.close();
    }
  });
});
