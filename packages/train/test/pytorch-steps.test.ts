import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { completeRecipe } from '../recipe.ts';
import { parametersOf } from '../parameters.ts';
import { openTrainer } from '../trainer.ts';
import type { TrainingState } from '../training-state.ts';

interface Reference {
  readonly input: InputShape;
  readonly batchSize: number;
  readonly batches: number;
  readonly learningRate: number;
  readonly cases: readonly {
    readonly name: string;
    readonly network: Network;
    /** Length of the first update of all parameters together, in float64. */
    readonly firstUpdate: number;
    /** Losses before each update. */
    readonly float64: readonly number[];
    readonly float32: readonly number[];
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL('pytorch-steps.json', import.meta.url), 'utf8'),
) as Reference;

/** As in test/pytorch/steps.py. */
function uniform(seed: number, count: number): Float64Array {
  const values = new Float64Array(count);
  let state = seed >>> 0;
  for (let i = -8; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (i >= 0) values[i] = state / 2 ** 32 - 0.5;
  }
  return values;
}

/** Weights in the order of the layers, put from PyTorch's [output, input, k, k] into our rotated [k, k, input, output]. */
function weightsOf(network: Network, input: InputShape): Float32Array {
  const weights = parametersOf(layersOf(network, input)).filter(({ group }) => group === 'weights');
  return Float32Array.from(
    weights.flatMap(({ shape }, i) => {
      const [kernel = 1, , from = 1, to = 1] = shape.length === 4 ? shape : [1, 1, ...shape];
      const scale = shape.length === 4 ? Math.sqrt(24 / (kernel * kernel * to)) : 0.5;
      const drawn = uniform(i + 1, kernel * kernel * from * to);
      const positions = kernel * kernel;
      return Array.from(drawn, (_, place) => {
        const output = place % to;
        const channel = Math.floor(place / to) % from;
        const position = positions - 1 - Math.floor(place / (to * from));
        return scale * (drawn[(output * from + channel) * positions + position] ?? NaN);
      });
    }),
  );
}

function lengthOfChange(before: TrainingState, after: TrainingState): number {
  const parts = ['weights', 'batchNorms', 'biases'] as const;
  return Math.sqrt(
    parts.reduce(
      (sum, part) => after[part].reduce((all, value, i) => all + (value - (before[part][i] ?? 0)) ** 2, sum),
      0,
    ),
  );
}

/*
 * Float32 differs from float64 by 1e-7 at first. Now and then a value lies so near to the kink of a ReLU that the two fall on different
 * sides; from there on losses differ more, and training carries it on: PyTorch's own float32 ends up to 2e-3 away in these cases. Which
 * case meets a kink, and when, is another for every order of additions; so half a percent is left for it in the later steps.
 */
it.each(reference.cases.map((each) => [each.name, each] as const))(
  '50 steps of %s have the losses of PyTorch in float64',
  (_, { network, float64, float32, firstUpdate }) => {
    const { input, batchSize, batches, learningRate } = reference;
    const recipe = completeRecipe({ batchSize });
    const trainer = openTrainer(network, input, recipe, 1);
    try {
      trainer.writeState({ ...trainer.readState(), weights: weightsOf(network, input) });
      const begun = trainer.readState();
      const size = batchSize * input.resolution ** 2 * input.channels;
      let spread = 0;
      float64.forEach((wanted, step) => {
        const batch = step % batches;
        const images = Float32Array.from(uniform(1000 + batch, size), (value) => 4 * value);
        const labels = Int32Array.from(uniform(2000 + batch, batchSize), (value) =>
          Math.floor((value + 0.5) * input.classes),
        );
        const { loss } = trainer.step(images, labels, learningRate);
        const distance = Math.abs(loss - wanted) / wanted;
        spread = Math.max(spread, Math.abs((float32[step] ?? NaN) - wanted) / wanted);
        expect(distance, `step ${step + 1}`).toBeLessThan((step < 20 ? 1e-5 : 5e-3) + 10 * spread);
        if (step === 0) expect(lengthOfChange(begun, trainer.readState()) / firstUpdate).toBeCloseTo(1, 5);
      });
    } finally {
      trainer.close();
    }
  },
);
