import type { Network, Stage } from '@netspace/network/network';
import { zoo } from '@netspace/network/zoo';
import { describe, expect, it } from 'vitest';
import { findSpace } from '../builtin.ts';
import { checkMembership } from '../membership.ts';

function network(...changes: readonly Partial<Stage>[]): Network {
  return {
    stem: { kind: 'simple', width: 32 },
    stages: [16, 32, 64, 128].map((width, i) => ({
      depth: i + 1,
      width,
      stride: 2,
      bottleneckRatio: 1,
      groupWidth: 8,
      ...changes[i],
    })),
    block: 'bottleneck',
    seRatio: 0,
    head: { width: 0 },
    activation: 'relu',
  };
}

const rulesBroken = (net: Network, space: string) =>
  checkMembership(net, findSpace(space)).violations.map(({ rule }) => rule);

describe('membership', () => {
  it.each<[string, Network, string, string[]]>([
    ['a network that keeps all rules', network(), 'anynet-e', []],
    ['different bottleneck ratios', network({ bottleneckRatio: 2 }), 'anynet-a', []],
    ['different bottleneck ratios', network({ bottleneckRatio: 2 }), 'anynet-b', ['shared-bottleneck-ratio']],
    ['different group widths', network({ groupWidth: 4 }), 'anynet-b', []],
    ['different group widths', network({ groupWidth: 4 }), 'anynet-c', ['shared-group-width']],
    ['a narrower stage', network({}, {}, { width: 24 }), 'anynet-c', []],
    ['a narrower stage', network({}, {}, { width: 24 }), 'anynet-d', ['widths-do-not-decrease']],
    ['a shallower stage', network({}, {}, { depth: 1 }), 'anynet-d', []],
    ['a shallower stage', network({}, {}, { depth: 1 }), 'anynet-e', ['depths-do-not-decrease']],
    ['a shallow last stage', network({}, {}, {}, { depth: 1 }), 'anynet-e-except-last', []],
    ['too many blocks', network({}, {}, {}, { depth: 17 }), 'anynet-a', ['depth']],
    ['a width off the grid', network({ width: 12, groupWidth: 4 }), 'anynet-a', ['width']],
    ['another stride', network({ stride: 1 }), 'anynet-a', ['strides']],
    ['squeeze-and-excitation', { ...network(), seRatio: 0.25 }, 'anynet-a', ['seRatio']],
    ['another block', { ...network(), block: 'basic' }, 'anynet-a', ['block']],
    ['three stages', { ...network(), stages: network().stages.slice(1) }, 'anynet-a', ['stages']],
    ['stages that no linear widths give', network({}, {}, { width: 40 }), 'regnetx', ['widthMultiplier']],
    [
      'depths that no slope gives',
      network({ depth: 9 }, { depth: 1 }, { depth: 9 }),
      'regnetx',
      ['widthSlope'],
    ],
    ['an initial width off the grid', network({ width: 12, groupWidth: 4 }), 'regnetx', ['groupWidth']],
  ])('%s', (_, net, space, expected) => {
    expect(rulesBroken(net, space)).toEqual(expected);
  });

  it('names the stage and the numbers', () => {
    const [violation] = checkMembership(network({}, {}, { width: 24 }), findSpace('anynet-d')).violations;
    expect(violation?.message).toBe('stage 3 (width 24) is narrower than stage 2 (width 32)');
  });

  it.each(['RegNetX-200MF', 'RegNetX-400MF', 'RegNetX-1.6GF'])(
    'of %s is solved for: its record of parameters is not looked at',
    (name) => {
      const found = zoo.find((model) => model.name === name)?.network ?? network();
      const { member } = checkMembership(found, findSpace('regnetx'));
      // Published group widths such as 24 are outside the space's powers of two.
      expect(member).toBe(found.stages.every(({ groupWidth }) => groupWidth <= 16));
    },
  );

  it('of the best published RegNets is not in E, whose last stage may not be shallower', () => {
    const found = zoo.find(({ name }) => name === 'RegNetX-3.2GF')?.network ?? network();
    expect(rulesBroken(found, 'anynet-e')).toContain('depths-do-not-decrease');
  });

  it.each(['RegNetX-200MF', 'RegNetX-600MF', 'RegNetX-3.2GF', 'RegNetX-8.0GF', 'RegNetX-16GF'])(
    'of %s is in the constrained RegNetX of Section 4',
    (name) => {
      const found = zoo.find((model) => model.name === name)?.network ?? network();
      expect(checkMembership(found, findSpace('regnetx-constrained')).violations).toEqual([]);
    },
  );

  it('of a RegNet says which parameter there is none for, and what it would have to be', () => {
    const message = (net: Network, space: string) =>
      checkMembership(net, findSpace(space))
        .violations.map((each) => each.message)
        .join();
    expect(message(network({}, {}, { width: 40 }), 'regnetx')).toMatch(
      /stage 3: width 40 is made by no width multiplier/,
    );
    expect(message(network({ depth: 9 }, { depth: 1 }, { depth: 9 }), 'regnetx')).toMatch(
      /no width slope of .* gives the depths 9, 1, 9, 4/,
    );
    expect(message(network({}, {}, {}, { depth: 60 }), 'regnetx')).toContain(
      'depth of the network 66 is not among',
    );
  });
});
