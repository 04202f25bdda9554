import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { builtinSpaces, findSpace } from '../builtin.ts';
import { spaceJsonSchema } from '../declaration.ts';
import { formatSpace, parseSpace } from '../space.ts';

describe('a declared space', () => {
  it.each(builtinSpaces.map((space) => [space.name, space] as const))(
    '%s is read back as it was written',
    (_, space) => {
      const written = formatSpace(space);
      expect(parseSpace(stringify(written), 'yaml')).toEqual(space);
      expect(parseSpace(JSON.stringify(written), 'json')).toEqual(space);
    },
  );

  it('A to E are each the former plus one rule', () => {
    const names = ['anynet-a', 'anynet-b', 'anynet-c', 'anynet-d', 'anynet-e'];
    expect(names.map((name) => findSpace(name).rules.length)).toEqual([0, 1, 2, 3, 4]);
    expect(names.slice(1).map((name) => findSpace(name).extends)).toEqual(names.slice(0, -1));
  });

  it('has a JSON Schema that names its parts', () => {
    expect(Object.keys(spaceJsonSchema()['properties'] ?? {})).toContain('dimensions');
  });

  it.each<[string, string, string]>([
    ['extends: anynet-z', 'there is no built-in space', 'an unknown base'],
    ['extends: anynet-a\ndimension: {}', 's.yaml:2:1', 'an unknown key has its line'],
    ['extends: anynet-a\ndimension: {}', 'dimensions', 'an unknown key has the nearest right one'],
    ['extends: anynet-a\nrules: [widths-do-not-shrink]', 'widths-do-not', 'an unknown rule'],
    [
      'extends: anynet-a\ndimensions: { width: { kind: uniform, low: 9, high: 1, step: 8 } }',
      'empty',
      'an empty dimension',
    ],
    ['extends: anynet-a\ndimensions: { depth: [0] }', 'it must be', 'a depth of 0'],
    ['extends: anynet-a\nstrides: [2, 2]', '2 strides for 4 stages', 'too few strides'],
    ['extends: anynet-a\nstages: 9', 'stages', 'more than eight stages'],
    [
      'extends: regnetx\nrules: [widths-do-not-increase]',
      'contradicts',
      'a rule that contradicts the generator',
    ],
    [
      'extends: regnetx\ndimensions: { initialWidth: [12] }',
      'multiple of 8',
      'an initial width off the grid',
    ],
    ['generator: anynet', 'missing', 'no dimensions'],
    ['extends: [', 's.yaml', 'no YAML'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseSpace(text, 's.yaml')).toThrow(message);
  });
});
