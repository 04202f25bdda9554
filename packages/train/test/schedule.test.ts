import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { learningRates, type Schedule } from '../schedule.ts';

const goldens = new URL('../../../../shared/goldens/schedules.json', import.meta.url);
const base: Schedule = {
  policy: 'cos',
  epochs: 10,
  learningRate: 0.05,
  minLearningRate: 0,
  warmupEpochs: 0,
  warmupFactor: 0.1,
  steps: [0],
  stepFactor: 0.1,
};

interface Golden {
  readonly policy: string;
  readonly max_epoch: number;
  readonly warmup_epochs: number;
  readonly warmup_factor: number;
  readonly base_lr: number;
  readonly min_lr: number;
  readonly steps: number[];
  readonly lr_mult: number;
  readonly lr: number[];
}

describe('the learning rate', () => {
  it.each<[string, Partial<Schedule>, number[]]>([
    ['falls by half a cosine', {}, [0.05, 0.048776412907378844, 0.04522542485937369]],
    [
      'warms up from a tenth',
      { warmupEpochs: 5, epochs: 25, learningRate: 0.1 },
      [0.01, 0.027889605818402694],
    ],
    [
      'ends at a fraction of the base',
      { minLearningRate: 0.01, warmupEpochs: 3 },
      [0.005, 0.019515459511322025],
    ],
    ['falls linearly', { policy: 'linear' }, [0.05, 0.045, 0.04]],
    [
      'falls exponentially to a fraction',
      { policy: 'exp', minLearningRate: 0.001 },
      [0.05, 0.05 * 0.001 ** 0.1],
    ],
    ['falls in steps', { policy: 'steps', steps: [0, 1, 2] }, [0.05, 0.005, 0.0005]],
  ])('%s', (_, changes, expected) => {
    const rates = learningRates({ ...base, ...changes });
    expected.forEach((rate, epoch) => expect(rates[epoch]).toBeCloseTo(rate, 14));
  });

  it.skipIf(!existsSync(goldens))("is pycls' for every policy (skipped without the golden values)", () => {
    const { lr } = JSON.parse(readFileSync(goldens, 'utf8')) as { lr: Golden[] };
    for (const golden of lr) {
      const rates = learningRates({
        policy: (golden.policy === 'lin' ? 'linear' : golden.policy) as Schedule['policy'],
        epochs: golden.max_epoch,
        learningRate: golden.base_lr,
        minLearningRate: golden.min_lr,
        warmupEpochs: golden.warmup_epochs,
        warmupFactor: golden.warmup_factor,
        steps: golden.steps,
        stepFactor: golden.lr_mult,
      });
      expect(rates).toHaveLength(golden.lr.length);
      golden.lr.forEach((rate, epoch) => expect(rates[epoch]).toBeCloseTo(rate, 14));
    }
  });
});
