import { describe, expect, it } from 'vitest';
import { findSpace } from '../builtin.ts';
import { compareSpaces } from '../difference.ts';
import { parseSpace } from '../space.ts';

describe('the difference of two spaces', () => {
  it('from D to E is one rule', () => {
    expect(compareSpaces(findSpace('anynet-d'), findSpace('anynet-e'))).toEqual([
      { part: 'rules', after: 'depths-do-not-decrease' },
    ]);
  });

  it('names dimensions and parts that were replaced', () => {
    const own = parseSpace(
      'extends: anynet-a\nstem: { kind: cifar, width: 16 }\ndimensions: { width: [8, 16] }',
      'own',
    );
    expect(compareSpaces(findSpace('anynet-a'), own)).toEqual([
      { part: 'stem', before: { kind: 'simple', width: 32 }, after: { kind: 'cifar', width: 16 } },
      {
        part: 'dimensions.width',
        before: { kind: 'log-uniform', low: 8, high: 1024, step: 8 },
        after: { kind: 'choice', values: [8, 16] },
      },
    ]);
  });

  it('of a space and itself is empty', () => {
    expect(compareSpaces(findSpace('regnetx'), findSpace('regnetx'))).toEqual([]);
  });
});
