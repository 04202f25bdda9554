/** Large sweeps to measure a store with: sampled networks, planned or with curves as trainings leave them. */
import type { EpochRecord, Trial } from '@netspace/population/trial';
import type { NewTrial } from '@netspace/store/store';
import { random, type Random } from '@netspace/stats/random';
import { parsePlan } from '@netspace/sweep/plan';
import { planTrials } from '@netspace/sweep/trials';

/** Half from AnyNetX A, half from RegNetX, as a plan of this many networks has them. */
export function planMany(networks: number): readonly NewTrial[] {
  const spaces = ['anynet-a', 'regnetx']
    .map((name) => `  - name: ${name}\n    networks: ${networks / 2}\n    space: ${name}\n`)
    .join('');
  const text = `name: many\nseed: 1\nspaces:\n${spaces}data: { name: fashion-mnist-12k }\nrecipe: { epochs: 10 }\n`;
  return planTrials(parsePlan(text, 'bench'), { resolution: 28, channels: 1, classes: 10 }).trials;
}

/** Of each trial what a training of ten epochs leaves; every 20th failed. */
export function* trainedTrials(planned: readonly NewTrial[]): Generator<Trial> {
  const draws = random('trained');
  for (const [i, { cost: _cost, ...trial }] of planned.entries())
    yield i % 20 === 19
      ? { ...trial, status: 'failed', reason: 'killed for want of memory' }
      : { ...trial, status: 'completed', ...learn(draws) };
}

function learn(draws: Random): Pick<Trial, 'error' | 'bestError' | 'curve' | 'provenance'> {
  const last = 0.08 + 0.2 * draws.next();
  const curve = Array.from({ length: 10 }, (_, i): EpochRecord => {
    const error = last + (0.6 / (i + 1) - 0.06) * draws.next();
    return {
      epoch: i + 1,
      learningRate: 0.05 * (1 + Math.cos((Math.PI * i) / 10)),
      trainLoss: 2.5 * error,
      trainError: 0.9 * error,
      validationLoss: 2.7 * error,
      validationError: error,
      seconds: 10 + draws.next(),
      imagesPerSecond: 1000 + 100 * draws.next(),
    };
  });
  const errors = curve.map(({ validationError = 1 }) => validationError);
  return {
    error: errors.at(-1) ?? 1,
    bestError: Math.min(...errors),
    curve,
    provenance: { host: 'bench', threads: 1, node: process.version },
  };
}
