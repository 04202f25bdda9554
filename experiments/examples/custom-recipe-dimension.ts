/** A dimension of the recipe of one's own: the learning rate follows the batch size, with some noise. Usage: npx tsx custom-recipe-dimension.ts */
import { declarePlan } from '@netspace/sweep/declared-plan';
import { inputShape } from '@netspace/sweep/run';
import { planTrials } from '@netspace/sweep/trials';

const plan = declarePlan({
  name: 'batches',
  seed: 1,
  spaces: [{ space: 'regnetx', networks: 4, window: { flops: '10M:20M' } }],
  data: 'fashion-mnist-12k',
  recipe: { epochs: 1, batchSize: [32, 64, 128, 256] },
  ownDimensions: {
    // Goyal et al., 2017: a batch k times as large goes with a rate k times as high; here within a factor of two.
    'linear scaling': (stream, { batchSize }) => ({
      learningRate: (0.1 * batchSize * 2 ** (2 * stream.next() - 1)) / 256,
    }),
  },
});

// What `runSweep(plan, { store })` would train; the draws follow from the plan's seed and the place of a trial.
for (const { recipe, seed } of planTrials(plan, await inputShape(plan)).trials) {
  const { batchSize, learningRate } = recipe ?? {};
  console.log(`seed ${seed}: batches of ${batchSize}, learning rate ${Number(learningRate).toFixed(4)}`);
}
