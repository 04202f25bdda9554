import { measureTrials } from '@netspace/analysis/measurement';
import { describe, expect, it } from 'vitest';
import { input, syntheticSweep } from '../../analysis/test/synthetic.ts';
import { pairsWorthLooking, tellingOrder } from '../telling-order.ts';

describe('the parameters that tell most of the error', () => {
  const { measured } = measureTrials(syntheticSweep(6, 1), input);
  const completed = measured.filter(({ status }) => status === 'completed');
  const withValues = (name: string, values: readonly number[]) =>
    completed.map((member, i) => ({
      ...member,
      error: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95][i] ?? 1,
      parameters: { ...member.parameters, [name]: values[i] ?? 0 },
    }));

  it('come by the strength of their rank correlation, whichever its sign', () => {
    // Spearman's rho by numpy.corrcoef of mean ranks: -1 for "falling", 0.976 for "rising", -0.117 for "noise".
    const rows = withValues('falling', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).map((member, i) => ({
      ...member,
      parameters: {
        falling: member.parameters['falling'] ?? 0,
        noise: [5, 1, 4, 2, 3, 5, 1, 4, 2, 3.5][i] ?? 0,
        rising: [1, 3, 2, 4, 5, 6, 8, 7, 9, 9.5][i] ?? 0,
      },
    }));
    expect(tellingOrder(['noise', 'rising', 'falling'], rows)).toEqual(['falling', 'rising', 'noise']);
  });

  it('that few networks have come last', () => {
    const rows = withValues('all', [3, 1, 2, 5, 4, 7, 6, 9, 8, 10]).map((member, i) => ({
      ...member,
      parameters:
        i < 3 ? { all: member.parameters['all'] ?? 0, rare: i } : { all: member.parameters['all'] ?? 0 },
    }));
    expect(tellingOrder(['rare', 'all'], rows)).toEqual(['all', 'rare']);
  });

  it('are looked at in pairs, six of four', () => {
    expect(pairsWorthLooking(['a', 'b', 'c', 'd', 'e'])).toHaveLength(6);
    expect(pairsWorthLooking(['a'])).toEqual([]);
  });
});
