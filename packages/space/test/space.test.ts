import { describe, expect, it } from 'vitest';
import { fitWidths } from '@netspace/network/fit';
import { findModel } from '@netspace/network/zoo';
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { builtinSpaces, findDeclared, findSpace } from '../builtin.ts';
import { spaceJsonSchema } from '../declaration.ts';
import { checkMembership } from '../membership.ts';
import { sampleNetworks } from '../sample.ts';
import { countSpace } from '../size.ts';
import { formatSpace, narrowSpace, parseSpace } from '../space.ts';

describe('what a kept plan declares', () => {
  it('is a built-in space by its name, or one that is written down', () => {
    expect(findDeclared('mine', 'anynet-c')).toBe(findSpace('anynet-c'));
    const written = { ...formatSpace(findSpace('anynet-c')), name: 'written' };
    expect(findDeclared('mine', written)?.name).toBe('written');
    expect(() => findDeclared('mine', [])).toThrow('space mine of the plan: must be an object');
    expect(() => findDeclared('mine', 'anynet-q')).toThrow('there is no space "anynet-q"');
  });
  it('is the built-in one of the name where the networks are written down, or none', () => {
    expect(findDeclared('anynet-c', null)).toBe(findSpace('anynet-c'));
    expect(findDeclared('mine', null)).toBeUndefined();
    expect(findDeclared('mine', undefined)).toBeUndefined();
  });
});

describe('a declared space', () => {
  it.each(builtinSpaces().map((space) => [space.name, space] as const))(
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

  it('has the JSON Schema that is published beside the code', () => {
    const published = readFileSync(new URL('../space.schema.json', import.meta.url), 'utf8');
    // Made by `netspace space schema > packages/space/space.schema.json`.
    expect(JSON.parse(published)).toEqual(spaceJsonSchema());
  });

  it('carries rules of one’s own, which membership and samples obey', () => {
    const space = narrowSpace(findSpace('anynet-c'), {
      name: 'first-stage-is-narrow',
      sentence: 'The first stage has at most 64 channels.',
      broken: ({ stages: [first] }) =>
        (first?.width ?? 0) <= 64
          ? undefined
          : `stage 1 has ${first?.width ?? 0} channels; at most 64 are allowed`,
    });
    const input = { resolution: 32, channels: 3, classes: 10 };
    for (const { network } of sampleNetworks(space, { count: 50, seed: 1, input }).networks)
      expect(network.stages[0]?.width).toBeLessThanOrEqual(64);
    const { network } = findModel('RegNetY-16GF');
    expect(checkMembership(network, space).violations).toContainEqual({
      rule: 'first-stage-is-narrow',
      message: 'stage 1 has 224 channels; at most 64 are allowed',
    });
    expect(() => narrowSpace(space, { name: 'shared-depth', sentence: '…', broken: () => 'no' })).toThrow(
      'there is a rule shared-depth already',
    );
  });

  it('limits the fit error: what is sampled fits, and what does not fit is told', () => {
    const space = parseSpace(
      'extends: anynet-d\nrules: [{ rule: fit-error-at-most, limit: 0.15 }]',
      'fitting.yaml',
    );
    const input = { resolution: 224, channels: 3, classes: 1000 };
    const { networks } = sampleNetworks(space, { count: 20, seed: 1, input });
    for (const { network } of networks) expect(fitWidths(network).fitError).toBeLessThanOrEqual(0.15);
    const poor = sampleNetworks(findSpace('anynet-d'), { count: 40, seed: 1, input }).networks.find(
      ({ network }) => fitWidths(network).fitError > 0.2,
    );
    const { violations } = checkMembership(poor?.network ?? findModel('ResNet-50').network, space);
    expect(violations.map(({ rule }) => rule)).toEqual(['fit-error-at-most']);
    expect(violations[0]?.message).toMatch(/^the fit error is 0\.\d+; the limit is 0\.15$/);
  });

  it('of [NDS] has as many networks as its Table 1 says', () => {
    const sizes = ['nds-vanilla', 'nds-resnet', 'nds-resnext-a', 'nds-resnext-b'].map(
      (name) => countSpace(findSpace(name)).points,
    );
    expect(sizes).toEqual([1_259_712n, 1_259_712n, 11_390_625n, 52_734_375n]);
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
    ['name: mine\nextends: mine', 's.yaml:2:10', 'a space that extends itself'],
    ['extends: anynet-a\ndimensions: &a { depth: *a }', 's.yaml', 'a value inside itself'],
    ['extends: anynet-a\ndimensions: { width: [-8] }', 's.yaml:2:22: dimensions.width', 'a negative width'],
    ['extends: anynet-a\ndimensions: { width: [.nan] }', 's.yaml:2:22: dimensions.width', 'no number'],
    ['extends: anynet-a\ndimensions: { width: [1e300] }', 's.yaml:2:23: dimensions.width', 'a huge number'],
    ['extends: anynet-a\ndimensions: { depth: [] }', 's.yaml:2:22: dimensions.depth', 'no value'],
    [
      'extends: anynet-a\ndimensions: { width: [100], groupWidth: [16] }',
      's.yaml:2:22: dimensions.width: no group width (16) divides the inner width of width 100; use 96',
      'a width that no group width divides',
    ],
    ['extends: anynet-a\nrules: [fit-error-at-most]', 'needs a limit', 'a limit left out'],
    [
      'extends: anynet-a\nrules: [{ rule: fit-error-at-most, limit: -1 }]',
      's.yaml:2:',
      'a fit error below 0',
    ],
    [
      'extends: anynet-a\nrules: [{ rule: widths-do-not-decrease, limit: 1 }]',
      'takes no limit',
      'a limit of a rule that has none',
    ],
    [
      'extends: regnetx\ndimensions: { widthSlope: [0] }',
      'no network has 4 stages',
      'a slope that never reaches the stages',
    ],
    [
      'extends: regnetx\nstages: 1\ndimensions: { depth: [60], initialWidth: [8], widthSlope: [200] }',
      'no network has 1 stage',
      'a slope that leaves the stages behind',
    ],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseSpace(text, 's.yaml')).toThrow(message);
  });
});
