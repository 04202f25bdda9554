/** A store as full as one gets: trials of two spaces, real in shape, with curves. */
import type { Trial } from '@netspace/population/trial';
import { findSpace } from '@netspace/space/builtin';
import { sampleNetworks } from '@netspace/space/sample';
import { random } from '@netspace/stats/random';
import type { Store } from '@netspace/store/store';
import { recordRecipe } from '@netspace/sweep/recipe-record';
import { completeRecipe } from '@netspace/train/recipe';

/** Trials of two spaces with a curve of ten epochs each; a fiftieth failed. */
export async function fillStore(into: Store, count: number): Promise<number> {
  const input = { resolution: 32, channels: 3, classes: 10 };
  const stream = random('dashboard-load');
  const recipe = recordRecipe(completeRecipe({ extends: 'paper-10-epochs' }));
  const [a = [], b = []] = ['regnetx', 'anynet-a'].map((space) =>
    sampleNetworks(findSpace(space), { count: 500, seed: 1, input }).networks.map((each) => ({
      space,
      ...each,
    })),
  );
  const drawn = a.flatMap((each, i) => [each, b[i] ?? each]);
  const trials = Array.from({ length: count }, (_, i): Trial => {
    const { space, network, complexity, generator } = drawn[i % drawn.length] ?? drawn[0] ?? never();
    const failed = i % 50 === 0;
    const error = 0.1 + 0.5 * stream.next();
    return {
      space,
      network,
      ...complexity,
      ...(generator && { generator: { ...generator } }),
      status: failed ? 'failed' : 'completed',
      ...(failed ? { reason: 'out of memory' } : { error }),
      recipe: { ...recipe, learningRate: 0.2 * stream.next() },
      seed: i,
      curve: Array.from({ length: 10 }, (__, epoch) => ({
        epoch: epoch + 1,
        trainLoss: 2,
        validationError: error,
      })),
    };
  });
  const plan = JSON.stringify({ import: { file: 'load', input } });
  const { sweep } = await into.importSweep({ name: 'load', planHash: `load${Date.now()}`, plan }, trials);
  return sweep.id;
}

function never(): never {
  throw new Error('no network was drawn');
}
