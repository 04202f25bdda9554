import { completeRecipe } from '@netspace/train/recipe';
import { describe, expect, it } from 'vitest';
import { readRecipe, recordRecipe } from '../recipe-record.ts';

describe('a recorded recipe', () => {
  it.each([
    { augmentation: 'flip-crop' as const },
    { augmentation: { flip: true, cutout: 8, colorJitter: 0.2 } },
    { schedule: 'steps' as const, steps: [0, 3, 6], epochs: 9 },
  ])('of %j has plain values only and is read back as it was', (declaration) => {
    const recipe = completeRecipe(declaration);
    const record = recordRecipe(recipe);
    for (const value of Object.values(record)) expect(typeof value).not.toBe('object');
    expect(readRecipe(record)).toEqual(recipe);
  });
});
