import { countComplexity } from '@netspace/network/complexity';
import { parseNetwork } from '@netspace/network/interchange';
import { findModel } from '@netspace/network/zoo';
import { describe, expect, it } from 'vitest';
import { findRivals } from '../rivals.ts';

const imagenet = { resolution: 224, channels: 3, classes: 1000 };
const tiny = { resolution: 28, channels: 1, classes: 10 };
const plain = { seRatio: 0 };

describe('what a found network is compared with', () => {
  it('is the published RegNet as it is, where one has nearly the cost of the budget', () => {
    const [regNet] = findRivals({ measure: 'flops', most: 400e6 }, imagenet, plain);
    expect(regNet).toEqual({ ...findModel('RegNetX-400MF').network, name: 'RegNetX-400MF' });
    const [withGates] = findRivals({ measure: 'flops', most: 405e6 }, imagenet, { seRatio: 0.25 });
    expect(withGates?.name).toBe('RegNetY-400MF');
  });

  it.each([
    ['flops', 1.5e6],
    ['flops', 6e6],
    ['flops', 250e6],
    ['params', 300e3],
    ['activations', 60e3],
  ] as const)('is scaled to a budget of %s of %d, never above it and not far below', (measure, most) => {
    const rivals = findRivals({ measure, most }, tiny, plain);
    expect(rivals.map(({ name }) => name?.split(' ')[0]?.split('-')[0])).toEqual(['RegNetX', 'ResNet']);
    for (const network of rivals) {
      expect(parseNetwork(network, 'rival')).toEqual(network);
      const cost = countComplexity(network, tiny)[measure];
      expect(cost).toBeLessThanOrEqual(most);
      expect(cost).toBeGreaterThan(0.7 * most);
    }
  });
});
