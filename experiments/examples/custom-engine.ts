/** What trains, of one's own: here a surrogate that guesses curves, to try plans and rules in seconds. Usage: npx tsx custom-engine.ts [STORE] */
import { countComplexity } from '@netspace/network/complexity';
import type { EpochRecord } from '@netspace/population/trial';
import { random } from '@netspace/stats/random';
import { declarePlan } from '@netspace/sweep/declared-plan';
import { runSweep } from '@netspace/sweep/run-sweep';
import { isWorker, serveTrials } from '@netspace/sweep/worker';
import type { TrainWork } from '@netspace/sweep/work';
import { summarise } from '@netspace/train/training-result';

const input = { resolution: 28, channels: 1, classes: 10 };

/** An engine may as well start a program in another language: all it owes is a curve and an error, and a question after each epoch. */
const guess: TrainWork = async ({ network, recipe, seed }, { onEpoch, shouldStop }) => {
  const final = 0.06 + 0.4 * (countComplexity(network, input).params / 1000) ** -0.3;
  const curve: EpochRecord[] = [];
  let by: Awaited<ReturnType<NonNullable<typeof shouldStop>>>;
  for (let epoch = 1; epoch <= recipe.epochs && by === undefined; epoch++) {
    const noise = 0.01 * random(seed).fork(String(epoch)).normal();
    curve.push({ epoch, validationError: Math.min(0.9, final + 0.3 / epoch + noise) });
    curve.slice(-1).forEach((record) => onEpoch?.(record));
    if (epoch < recipe.epochs) by = await shouldStop?.(curve);
  }
  const stop = by !== undefined && { status: 'stopped' as const, stopped: { by, epoch: curve.length } };
  return summarise({ curve, secondsToFirstStep: 0, status: 'completed', ...stop });
};

if (isWorker()) serveTrials(async () => ({ train: guess, provenance: { engine: 'surrogate' } }));
else {
  const spaces = [{ space: 'regnetx', networks: 27, window: { flops: '10M:40M' } }];
  const rules = { recipe: { epochs: 9 }, earlyStopping: { kind: 'halving', eta: 3 } as const };
  const plan = declarePlan({ name: 'surrogate', seed: 1, spaces, data: 'fashion-mnist-12k', ...rules });
  const store = process.argv[2] ?? 'netspace.db';
  const { trials } = await runSweep(plan, { store, workerEntry: new URL(import.meta.url) });
  console.log(`${trials.length} trials, ${trials.filter(({ stopped }) => stopped).length} stopped early`);
}
