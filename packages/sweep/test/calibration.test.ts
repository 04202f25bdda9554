import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { calibrate, describeMachine, findCalibration } from '../calibrate.ts';
import { fitMachine, fitStepRates, nonNegativeLeastSquares, type Timing } from '../calibration.ts';
import { checkBuild } from './processes.ts';

const works = [
  { flops: 1e6, activations: 5e4, layers: 90 },
  { flops: 30e6, activations: 6e4, layers: 30 },
  { flops: 4e6, activations: 3e5, layers: 40 },
];
const noises = [1 / 1.2, 1, 1.2];

/** Trainings of a machine with these rates. */
const timingsOf = (flop: number, activation: number, layer: number): Timing[] =>
  works.map((work) => {
    const step = 128 * (work.flops * flop + work.activations * activation) + work.layers * layer;
    return { work, batchSize: 128, step, evaluation: (0.3 * step) / 128, begin: 0.2 + 0.01 * work.layers };
  });

describe('the rates of a machine', () => {
  it.each([
    ['the reference', 4e-11, 7e-9, 2.4e-4, 0.01],
    ['one that is slow in all', 4e-10, 70e-9, 2.4e-3, 0.01],
    // Drawn towards equal factors, which has its price where they are far from equal: here they differ 4-fold.
    ['one with fast arithmetic and slow memory', 2e-11, 14e-9, 2.4e-4, 0.2],
  ])('are found again from three trainings: %s', (_name, flop, activation, layer, error) => {
    const timings = timingsOf(flop, activation, layer);
    const rates = fitStepRates(timings);
    for (const { work, step } of timings) {
      const again = 128 * (work.flops * rates.flop + work.activations * rates.activation);
      expect(Math.abs((again + work.layers * rates.layer) / step - 1)).toBeLessThan(error);
    }
  });

  it('stay near those of such a machine, whichever of the three is timed wrongly by a fifth', () => {
    const timings = timingsOf(4e-11, 7e-9, 2.4e-4);
    for (const a of noises)
      for (const b of noises)
        for (const c of noises) {
          const noisy = timings.map((each, i) => ({ ...each, step: each.step * ([a, b, c][i] ?? 1) }));
          const { flop, activation, layer } = fitStepRates(noisy);
          for (const factor of [flop / 4e-11, activation / 7e-9, layer / 2.4e-4]) {
            expect(factor).toBeGreaterThan(1 / 1.45);
            expect(factor).toBeLessThan(1.45);
          }
        }
  });

  it('tell what happens once a training, and once a layer', () => {
    const { begin, evaluationShare, processStart } = fitMachine(timingsOf(4e-11, 7e-9, 2.4e-4), 1.5);
    expect(begin.training).toBeCloseTo(0.2, 6);
    expect(begin.layer).toBeCloseTo(0.01, 8);
    expect(evaluationShare).toBeCloseTo(0.3, 10);
    expect(processStart).toBe(1.5);
  });
});

describe('least squares without negative numbers', () => {
  it('is the ordinary solution where that has none', () => {
    const [a, b] = nonNegativeLeastSquares(
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      [1, 3, 5],
    );
    expect(a).toBeCloseTo(1, 9);
    expect(b).toBeCloseTo(2, 9);
  });

  it('is the best of a grid where the ordinary solution has one', () => {
    const matrix = [
      [1, 1],
      [1, 2],
      [1, 3],
    ];
    const values = [3, 2, 1.2];
    const error = (x: number, y: number) =>
      matrix.reduce((sum, [p = 0, q = 0], i) => sum + (p * x + q * y - (values[i] ?? 0)) ** 2, 0);
    const [x = NaN, y = NaN] = nonNegativeLeastSquares(matrix, values);
    for (let i = 0; i <= 60; i++)
      for (let k = 0; k <= 60; k++) expect(error(x, y)).toBeLessThanOrEqual(error(i / 20, k / 20) + 1e-12);
    expect(y).toBe(0);
  });
});

describe('the calibration of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-calibration-'));
  beforeAll(() => {
    checkBuild();
    vi.stubEnv('XDG_CACHE_HOME', folder);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is measured by processes that train, and kept for machines like this one alone', async () => {
    const machine = describeMachine(1, 1);
    expect(findCalibration(machine)).toBeUndefined();
    const { rates, delay } = await calibrate(machine);
    // CPU time runs no faster than the wall clock, but for the threads that collect garbage and compile.
    expect(delay).toBeGreaterThan(0.7);
    expect(rates.step.flop + rates.step.activation + rates.step.layer).toBeGreaterThan(0);
    expect(rates.processStart).toBeGreaterThan(0);
    expect(rates.begin.training + rates.begin.layer).toBeGreaterThan(0);
    // An evaluated image is read forward only.
    expect(rates.evaluationShare).toBeGreaterThan(0.05);
    expect(rates.evaluationShare).toBeLessThan(1.5);
    expect(findCalibration(machine)?.rates).toEqual(rates);
    expect(findCalibration({ ...machine, threads: 2 })).toBeUndefined();
    const [file = ''] = readdirSync(join(folder, 'netspace', 'calibration'));
    writeFileSync(join(folder, 'netspace', 'calibration', file), '{"rates":');
    expect(findCalibration(machine)).toBeUndefined();
  }, 300_000);
});
