import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { completeRecipe, namedRecipes, recipeSchema } from '../recipe.ts';
import { parseRecipe, recipeJsonSchema } from '../recipe-file.ts';

describe('a recipe', () => {
  it('inherits what it does not say', () => {
    const recipe = parseRecipe('extends: paper-25-epochs\nepochs: 4', 'r.yaml');
    expect(recipe).toEqual({ ...namedRecipes['paper-25-epochs'], epochs: 4 });
  });

  it.each([
    [
      'epochs: 3\nlearningrate: 1',
      'r.yaml, line 2: unknown key learningrate; did you mean learningRate?',
      'a wrong key',
    ],
    ['epochs: many', 'r.yaml, line 1: epochs', 'a wrong type'],
    ['epochs: 3\n\nmomentum: 1.5', 'r.yaml, line 3: momentum', 'a value out of range'],
    ['epochs: [', 'r.yaml, line 1', 'no YAML'],
    ['schedule: exp', 'minLearningRate must be above 0', 'a schedule without its parameter'],
    ['epochs: 2\nwarmupEpochs: 5', 'warmupEpochs 5 is more than epochs 2', 'a warm-up that never ends'],
    ['optimizer: rmsprop', 'r.yaml, line 1: optimizer', 'an optimizer that is not there'],
    ['optimizer: adam\nnesterov: true', 'nesterov is a momentum of sgd', 'the momentum of another optimizer'],
    ['epsilon: 0', 'r.yaml, line 1: epsilon', 'a division by zero'],
    ['beta2: 1', 'r.yaml, line 1: beta2', 'an average that never moves'],
    ['preciseBatchNormImages: 100', 'at least 128', 'statistics of less than a batch'],
    [
      'augmentation: flop',
      'r.yaml, line 1: augmentation: must be none, flip, flip-crop, or some of',
      'no name',
    ],
    [
      'augmentation: { cutuot: 8 }',
      'line 1: augmentation: unknown key cutuot; it must be none',
      'an unknown one',
    ],
    ['augmentation: { colorJitter: 2 }', 'pixels from 0 to 512, jitter from 0 to 1', 'too much jitter'],
    ['schedule: steps\nsteps: [3]', 'must be 0', 'steps that do not start at 0'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseRecipe(text, 'r.yaml')).toThrow(message);
  });

  it.each([
    ['{ flip: true, cutout: 8 }', { flip: true, cutout: 8 }],
    ['{ cutout: 8, flip: true, cropPadding: 0 }', { flip: true, cutout: 8 }],
    ['{ flip: true, cropPadding: 4 }', 'flip-crop'],
    ['flip', 'flip'],
  ])('takes augmentation %j, equal ones being written alike', (text, augmentation) => {
    expect(parseRecipe(`augmentation: ${text}`, 'r.yaml').augmentation).toEqual(augmentation);
  });

  it('of the paper has 10 epochs, batch 128, rate 0.05, decay 5e-5 (Section 3.1)', () => {
    expect(completeRecipe({ extends: 'paper-10-epochs' })).toMatchObject({
      epochs: 10,
      batchSize: 128,
      learningRate: 0.05,
      weightDecay: 5e-5,
      momentum: 0.9,
      schedule: 'cos',
    });
  });
});

describe('RECIPES.md', () => {
  const text = readFileSync(new URL('../RECIPES.md', import.meta.url), 'utf8');

  it('lists each key with its default', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` +\| ([^|]+?) +\|/gm)].map(([, key = '', value = '']) => [
      key,
      parse(value) as unknown,
    ]);
    expect(Object.fromEntries(rows)).toEqual(completeRecipe({}));
  });

  it('has an example that is a recipe', () => {
    const [, example = ''] = /```yaml\n([^`]+)```/.exec(text) ?? [];
    expect(parseRecipe(example, 'the example')).toMatchObject({ epochs: 25, batchSize: 64, mixup: 0.2 });
  });
});

describe("a recipe's JSON Schema", () => {
  it('has the keys of a recipe, none of them needed, and no others', () => {
    const schema = recipeJsonSchema();
    expect(Object.keys(schema['properties'] as object)).toEqual(Object.keys(recipeSchema.shape));
    expect(schema).not.toHaveProperty('required');
    expect(schema['additionalProperties']).toBe(false);
    expect(schema['properties']).toMatchObject({
      optimizer: { enum: ['sgd', 'adam', 'adamw'] },
      dropout: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
    });
  });
});
