import type { Network } from '@netspace/network/network';
import { findSpace } from '@netspace/space/builtin';
import { checkMembership } from '@netspace/space/membership';
import { describe, expect, it } from 'vitest';
import { drawCandidates } from '../candidates.ts';

const input = { resolution: 28, channels: 1, classes: 10 };
const space = findSpace('regnetx-constrained');
const terms = { space, budget: { flops: 6e6, params: 2e6 }, input, count: 12, seed: 3 };

/** A made-up machine on which a network takes a microsecond for each of its blocks. */
const byDepth = (networks: readonly Network[]): Promise<number[]> =>
  Promise.resolve(networks.map(({ stages }) => 1e-6 * stages.reduce((sum, { depth }) => sum + depth, 0)));

describe('candidates', () => {
  it('are different networks of the space, near the top of the main budget and below the others', async () => {
    const candidates = (await drawCandidates(terms, byDepth)) ?? [];
    expect(new Set(candidates.map(({ network }) => JSON.stringify(network.stages))).size).toBe(12);
    for (const { network, flops, params } of candidates) {
      expect(checkMembership(network, space)).toMatchObject({ member: true });
      expect(flops).toBeLessThanOrEqual(6e6);
      expect(flops).toBeGreaterThanOrEqual(0.85 * 6e6);
      expect(params).toBeLessThanOrEqual(2e6);
    }
  });

  it('that are too slow are dropped and replaced; the others stay in their order', async () => {
    const all = (await drawCandidates({ ...terms, count: 60 }, byDepth)) ?? [];
    const limit = 20e-6;
    const quick = await drawCandidates({ ...terms, budget: { ...terms.budget, latency: limit } }, byDepth);
    const shapes = (list: typeof all) => list.map(({ network }) => network.stages);
    const expected = all.filter(({ latency }) => latency <= limit).slice(0, 12);
    expect(expected.length).toBe(12);
    expect(shapes([...(quick ?? [])])).toEqual(shapes(expected));
    expect(shapes(expected)).not.toEqual(shapes(all.slice(0, 12)));
  });

  it('are refused with what would do, where hardly any network is quick enough', async () => {
    const impossible = { ...terms, count: 3, budget: { ...terms.budget, latency: 1e-6 } };
    await expect(drawCandidates(impossible, byDepth)).rejects.toThrow(
      /of 60 networks near 6M flops only 0 take at most 0\.00100 ms .*Give --latency [\d.]+ms/,
    );
  });

  it('are none where the measurement was interrupted', async () => {
    expect(await drawCandidates(terms, () => Promise.resolve(undefined))).toBeUndefined();
  });
});
