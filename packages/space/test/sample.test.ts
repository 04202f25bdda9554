import { countComplexity } from '@netspace/network/complexity';
import { networkKey } from '@netspace/network/interchange';
import type { InputShape } from '@netspace/network/network';
import { describe, expect, it } from 'vitest';
import { builtinSpaces, findSpace } from '../builtin.ts';
import { checkMembership } from '../membership.ts';
import { sampleNetworks } from '../sample.ts';
import { parseSpace } from '../space.ts';

const imagenet: InputShape = { resolution: 224, channels: 3, classes: 1000 };

describe('a sample', () => {
  it.each(builtinSpaces().map((space) => [space.name, space] as const))(
    'of %s holds members only',
    (_, space) => {
      const { networks } = sampleNetworks(space, { count: 25, seed: 11, input: imagenet });
      for (const { network } of networks) expect(checkMembership(network, space).violations).toEqual([]);
    },
  );

  it('depends on the seed alone: a longer one begins with the shorter one', () => {
    const sample = (count: number, seed: number) =>
      sampleNetworks(findSpace('regnetx'), { count, seed, input: imagenet }).networks.map(({ network }) =>
        networkKey(network),
      );
    expect(sample(20, 5).slice(0, 8)).toEqual(sample(8, 5));
    expect(sample(8, 6)).not.toEqual(sample(8, 5));
  });

  it('in a window stays inside, with the complexity that is counted, and no network twice', () => {
    const window = { flops: { low: 360e6, high: 400e6 }, params: { low: 0, high: 8e6 } };
    const { networks, drawn } = sampleNetworks(findSpace('anynet-d'), {
      count: 30,
      seed: 1,
      input: imagenet,
      window,
    });
    expect(new Set(networks.map(({ network }) => networkKey(network))).size).toBe(30);
    expect(drawn).toBeGreaterThan(30);
    for (const { network, complexity } of networks) {
      expect(complexity).toEqual(countComplexity(network, imagenet));
      expect(complexity.flops).toBeGreaterThanOrEqual(360e6);
      expect(complexity.flops).toBeLessThanOrEqual(400e6);
      expect(complexity.params).toBeLessThanOrEqual(8e6);
    }
  });

  it('of a nested space is in every space that it extends: A ⊇ B ⊇ C ⊇ D ⊇ E', () => {
    const names = ['anynet-a', 'anynet-b', 'anynet-c', 'anynet-d', 'anynet-e'];
    names.forEach((name, i) => {
      const { networks } = sampleNetworks(findSpace(name), { count: 20, seed: name, input: imagenet });
      for (const outer of names.slice(0, i))
        for (const { network } of networks)
          expect(checkMembership(network, findSpace(outer)).violations, `${name} in ${outer}`).toEqual([]);
    });
  });

  it('of constrained RegNets has four stages as often as pycls finds (22.2 %)', () => {
    const { acceptance, drawn } = sampleNetworks(findSpace('regnetx-constrained'), {
      count: 1000,
      seed: 2,
      input: imagenet,
    });
    expect(Math.abs(acceptance - 0.222)).toBeLessThan(4 * Math.sqrt((0.222 * 0.778) / drawn) + 0.01);
  });

  it('that cannot be had ends in a reason: how far the space reaches', () => {
    const tiny = parseSpace('extends: anynet-a\ndimensions: { depth: [1], width: [8, 16] }', 'tiny.yaml');
    const window = { flops: { low: 1, high: 10 } };
    expect(() => sampleNetworks(tiny, { count: 1, seed: 1, input: imagenet, window })).toThrow(
      /no network in the window of flops 1:10 after 500000 draws; draws reached flops .*; the nearest window with members is flops 12\.7M:/,
    );
  });

  it('larger than the space says how many different networks there are', () => {
    const two = parseSpace(
      'extends: anynet-a\nstages: 1\ndimensions: { depth: [1, 2], width: [8], bottleneckRatio: [1], groupWidth: [8] }',
      'two.yaml',
    );
    expect(() => sampleNetworks(two, { count: 3, seed: 1, input: imagenet })).toThrow(
      /2 of 3 networks .* repeated earlier ones/,
    );
  });

  it('that is too large for its window says so early, with the acceptance', () => {
    const window = { flops: { low: 360e6, high: 400e6 }, params: { low: 3e6, high: 3.3e6 } };
    expect(() =>
      sampleNetworks(findSpace('anynet-a'), { count: 100_000, seed: 1, input: imagenet, window }),
    ).toThrow(/of 100000 networks after 100000 draws \(acceptance 0\.\d+ %\), too few/);
  });

  it.each([0, 1.5, NaN, 2e6])('of %d networks is refused', (count) => {
    expect(() => sampleNetworks(findSpace('anynet-a'), { count, seed: 1, input: imagenet })).toThrow(
      'whole number',
    );
  });

  it('in a window that ends before it begins is refused', () => {
    const window = { params: { low: 5, high: 4 } };
    expect(() =>
      sampleNetworks(findSpace('anynet-a'), { count: 1, seed: 1, input: imagenet, window }),
    ).toThrow('window of params from 5 to 4');
  });
});
