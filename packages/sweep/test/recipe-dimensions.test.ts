import { completeRecipe } from '@netspace/train/recipe';
import { describe, expect, it } from 'vitest';
import { trainingCost, workloadOf } from '../cost.ts';
import { planHash } from '../plan-hash.ts';
import { parsePlan, type Plan } from '../plan.ts';
import { planTrials } from '../trials.ts';

const input = { resolution: 28, channels: 1, classes: 10 };

function makePlan(recipe: string, { networks = 40, seed = 1 } = {}): Plan {
  return parsePlan(
    `name: drawn
seed: ${seed}
spaces: [{ space: { extends: anynet-a, dimensions: { depth: [1], width: [8, 16, 24, 32, 40, 48] } }, networks: ${networks} }]
data: fashion-mnist-12k
recipe: ${recipe}
`,
    'drawn.yaml',
  );
}

const recipesOf = (plan: Plan) => planTrials(plan, input).trials.map(({ recipe }) => recipe);
const rates = '{ learningRate: { kind: log-uniform, low: 0.001, high: 1 } }';

describe('a drawn key of a recipe', () => {
  it('that is log-uniform has as many values in each decade, and all of them between low and high', () => {
    const values = recipesOf(makePlan(rates, { networks: 600 })).map((recipe) =>
      Number(recipe['learningRate']),
    );
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0.001);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(new Set(values).size).toBeGreaterThan(590);
    for (const [low, high] of [
      [0.001, 0.01],
      [0.01, 0.1],
      [0.1, 1],
    ] as const) {
      const share = values.filter((value) => value >= low && value < high).length / 600;
      // Four deviations of a binomial share.
      expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * Math.sqrt((1 / 3) * (2 / 3) * (1 / 600)));
    }
  });

  it('is the same for the same plan, another for another seed, and not moved by one more key', () => {
    const learningRates = (recipe: string, seed = 1) =>
      recipesOf(makePlan(recipe, { seed })).map((each) => each['learningRate']);
    const first = learningRates(rates);
    expect(learningRates(rates)).toEqual(first);
    expect(learningRates(rates, 2)).not.toEqual(first);
    const two = rates.replace(
      '{ learning',
      '{ weightDecay: { kind: log-uniform, low: 1e-6, high: 1e-3 }, learning',
    );
    expect(learningRates(two)).toEqual(first);
  });

  it('leaves networks and seeds as they are without it', () => {
    const strip = (plan: Plan) =>
      planTrials(plan, input).trials.map(({ network, seed }) => ({ network, seed }));
    expect(strip(makePlan(rates))).toEqual(strip(makePlan('{ learningRate: 0.1 }')));
  });

  it('of whole numbers is whole, both ends included, and epochs count in the cost', () => {
    const { trials } = planTrials(makePlan('{ epochs: { kind: uniform, low: 2, high: 4 } }'), input);
    expect(new Set(trials.map(({ recipe }) => recipe['epochs']))).toEqual(new Set([2, 3, 4]));
    for (const { cost, network, recipe } of trials) {
      const [epochs, batchSize] = [Number(recipe['epochs']), Number(recipe['batchSize'])];
      const oneEpoch = trainingCost(workloadOf(network, input), completeRecipe({ epochs: 1, batchSize }));
      expect(cost / oneEpoch).toBeCloseTo(epochs, 9);
    }
  });

  it('may be any, numbers by step, words, yes and no, lists and settings', () => {
    const plan = makePlan(`
  epochs: 6
  dropout: { kind: uniform, low: 0, high: 0.5, step: 0.25 }
  batchSize: { kind: choice, values: [32, 64] }
  optimizer: [sgd, adamw]
  zeroInitGamma: { kind: choice, values: [true, false] }
  schedule: steps
  steps: { kind: choice, values: [[0, 3], [0, 2, 4]] }
  augmentation: [none, { flip: true, cutout: 4 }]`);
    const seen = (key: string) => [...new Set(recipesOf(plan).map((recipe) => recipe[key]))].toSorted();
    expect(seen('dropout')).toEqual([0, 0.25, 0.5]);
    expect(seen('batchSize')).toEqual([32, 64]);
    expect(seen('optimizer')).toEqual(['adamw', 'sgd']);
    expect(seen('zeroInitGamma')).toEqual([false, true]);
    expect(seen('steps')).toEqual(['0 2 4', '0 3']);
    expect(seen('augmentation')).toEqual(['none', expect.stringContaining('"cutout":4')]);
    expect(seen('momentum')).toEqual([0.9]);
  });

  it('is part of the hash', () => {
    const hashes = [rates, rates.replace('high: 1', 'high: 2'), '{ learningRate: 0.001 }'].map((recipe) =>
      planHash(makePlan(recipe).sweep),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  it.each([
    [
      'an unknown key',
      '{ learningrate: { kind: uniform, low: 1, high: 2 } }',
      /drawn\.yaml:5:11: recipe: unknown key "learningrate"; did you mean "learningRate"\?/,
    ],
    [
      'an unknown distribution',
      '{ learningRate: { kind: normal, low: 1, high: 2 } }',
      /drawn\.yaml:5:25: recipe, learningRate: must be \{ kind: uniform, low, high \}/,
    ],
    [
      'a misspelt bound',
      '{ learningRate: { kind: uniform, low: 1, hihg: 2 } }',
      /recipe, learningRate: must be \{ kind: uniform, low, high \}/,
    ],
    [
      'a range without a kind',
      '{ learningRate: { low: 1, high: 2 } }',
      /recipe, learningRate: must be \{ kind: uniform, low, high \}/,
    ],
    [
      'a range of words',
      '{ schedule: { kind: uniform, low: 1, high: 2 } }',
      /recipe, schedule: has no numbers to draw by uniform; name its values, as \{ kind: choice, values: \[cos, linear, exp, steps\] \}/,
    ],
    [
      'a logarithm of 0',
      '{ weightDecay: { kind: log-uniform, low: 0, high: 0.1 } }',
      /recipe, weightDecay: low 0 must be above 0 for log-uniform/,
    ],
    [
      'ends in the wrong order',
      '{ weightDecay: { kind: uniform, low: 0.1, high: 0.1 } }',
      /low 0.1 must be below high 0.1/,
    ],
    [
      'a value out of range',
      '{ momentum: { kind: uniform, low: 0.5, high: 1 } }',
      /recipe, momentum: 1 is not a value it may have/,
    ],
    [
      'a choice that is none',
      '{ optimizer: [sgd, lion] }',
      /recipe, optimizer: "lion" is not a value it may have/,
    ],
    [
      'epochs that are not whole',
      '{ epochs: { kind: uniform, low: 1.5, high: 4 } }',
      /recipe, epochs: 1.5 is not a value it may have/,
    ],
    [
      'a step that is not whole',
      '{ epochs: { kind: uniform, low: 1, high: 4, step: 0.5 } }',
      /recipe, epochs: step 0.5 leads to values that are not whole/,
    ],
    ['a whole recipe', '{ extends: [quick, short] }', /recipe, extends: cannot be drawn/],
    [
      'values that do not go together',
      '{ nesterov: true, optimizer: [adam, sgd] }',
      /recipe: optimizer adam: nesterov is a momentum of sgd/,
    ],
  ])('that is wrong is reported with its place: %s', (_what, recipe, message) => {
    expect(() => makePlan(recipe)).toThrow(message);
  });

  it('that goes together with others in some trials only is reported with the trial', () => {
    const plan = makePlan('{ nesterov: true, optimizer: [sgd, adam] }');
    expect(() => planTrials(plan, input)).toThrow(
      /^drawn\.yaml:5:\d+: the recipe drawn for trial \d+: optimizer adam: nesterov is a momentum of sgd; leave it out$/,
    );
  });
});
