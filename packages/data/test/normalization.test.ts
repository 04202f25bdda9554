import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurePixels, normalizationTable } from '../normalization.ts';

describe('normalised pixels', () => {
  it('have mean 0 and deviation 1 in every channel', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 300 }), (bytes) => {
        const images = bytes.subarray(0, bytes.length - (bytes.length % 3));
        const statistics = measurePixels({
          images,
          labels: new Uint8Array(0),
          count: 1,
          resolution: 1,
          channels: 3,
        });
        const table = normalizationTable(statistics);
        for (const channel of [0, 1, 2]) {
          const values = [...images]
            .filter((_, i) => i % 3 === channel)
            .map((pixel) => table[channel * 256 + pixel] ?? NaN);
          const mean = values.reduce((a, b) => a + b, 0) / values.length;
          const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
          // The table is of 32-bit floats.
          expect(mean).toBeCloseTo(0, 4);
          expect(variance).toBeCloseTo(statistics.deviation[channel] === 0 ? 0 : 1, 4);
        }
      }),
    );
  });
});
