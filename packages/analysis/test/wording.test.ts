import { describe, expect, it } from 'vitest';
import {
  formatNumber,
  formatP,
  formatPercent,
  formatPoints,
  parameterTitle,
} from '@netspace/analysis/wording';

describe('numbers for people', () => {
  it.each([
    [199_040_872, '199M'],
    [1_600_000_000, '1.6G'],
    [999_999_999, '1G'],
    [999_700, '1M'],
    [20_906, '20.9k'],
    [2048, '2048'],
    [36.44, '36.4'],
    [0.00005, '0.00005'],
    [0, '0'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('never show a difference of minus nothing', () => {
    expect([formatPoints(-0.0001), formatPoints(-0.012), formatPoints(0.5)]).toEqual(['0.0', '−1.2', '50.0']);
  });

  it('never show a probability as zero, nor an error that is none', () => {
    expect([formatP(1e-9), formatP(0.0213), formatP(0.5)]).toEqual(['p < 0.001', 'p = 0.021', 'p = 0.50']);
    expect([formatPercent(0.1234), formatPercent(NaN)]).toEqual(['12.3 %', '–']);
  });

  it('leave a foreign name of a parameter as it is, but on one line', () => {
    expect([parameterTitle('depth'), parameterTitle('my\nkey'), parameterTitle('toString')]).toEqual([
      'Depth (blocks)',
      'my key',
      'toString',
    ]);
  });
});
