/** Runs a sweep: ten small networks, two epochs each. Repeating it resumes. Usage: npx tsx run-sweep.ts [STORE] */
import { analyse } from '@netspace/analysis/analysis';
import { declarePlan } from '@netspace/sweep/declared-plan';
import { runSweep } from '@netspace/sweep/run-sweep';

const small = {
  stages: 2,
  stem: { kind: 'cifar', width: 8 },
  dimensions: { depth: [1, 2], width: [8, 16, 24], groupWidth: [4, 8], bottleneckRatio: [1, 2] },
};
const plan = declarePlan({
  name: 'script',
  seed: 1,
  spaces: [
    { name: 'A', space: { extends: 'anynet-a', ...small }, networks: 5 },
    { name: 'C', space: { extends: 'anynet-c', ...small }, networks: 5 },
  ],
  data: { name: 'fashion-mnist-12k', limit: 600 },
  recipe: { epochs: 2, batchSize: 32, learningRate: { kind: 'log-uniform', low: 0.02, high: 0.2 } },
});

const { trials, counts } = await runSweep(plan, {
  store: process.argv[2] ?? 'netspace.db',
  workers: 2,
  onEvent: (event) => {
    if (event.kind === 'finished') console.log(`trial ${event.trial.index + 1}: ${event.status}`);
  },
});
console.log(`${counts.completed} of ${trials.length} networks were trained`);
console.log(analyse(trials).finding);
