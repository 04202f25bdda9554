/**
 * How near does `netspace plan` come to the time that a sweep then takes?
 *
 * Printed: for each trial of a sampled plan the predicted and the real seconds, their rank correlation, and the ratio of the whole. The
 * baseline is flops alone: what they would have predicted for each trial, given the right total.
 *
 * Times are of a machine that has nothing else to do. Where others work beside, only what is said of CPU time holds.
 *
 * Usage: tsx test/bench/estimate.ts [--kind mixed|wide|thin] [--networks 12] [--epochs 2] [--images 6000] [--workers 2]
 */
import { calibrate, describeMachine } from '@netspace/sweep/calibrate';
import { estimateSweep } from '@netspace/sweep/estimate';
import { imageCounts, inputShape } from '@netspace/sweep/run';
import { planTrials } from '@netspace/sweep/trials';
import { parseArgs } from 'node:util';
import { cpuSecondsOf, makeBenchPlan, runTimed, secondsOf } from './timed-sweep.ts';

const { values: options } = parseArgs({
  options: {
    kind: { type: 'string', default: 'mixed' },
    networks: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '2' },
    images: { type: 'string', default: '6000' },
    workers: { type: 'string', default: '2' },
  },
});
const workers = Number(options.workers);
const plan = makeBenchPlan(
  {
    networks: Number(options.networks),
    epochs: Number(options.epochs),
    images: Number(options.images),
  },
  options.kind,
);
const before = performance.now();
const { rates, delay = NaN } = await calibrate(describeMachine(workers, plan.sweep.threads));
console.log(
  `${options.kind}: calibrated in ${((performance.now() - before) / 1000).toFixed(1)} s, ${delay.toFixed(2)} times its CPU time: ${JSON.stringify(rates)}`,
);
const input = await inputShape(plan);
const planned = planTrials(plan, input).trials;
const predicted = estimateSweep(planned, rates, { input, images: await imageCounts(plan), workers });
const run = await runTimed(plan, workers);

const real = run.trials.map(secondsOf);
const cpu = run.trials.map(cpuSecondsOf);
const total = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0);
const flops = planned.map((trial) => trial.flops);
const byFlops = flops.map((each) => (each / total(flops)) * total(real));
for (const [i, { network }] of planned.entries()) {
  const stages = network.stages
    .map(({ depth, width, groupWidth }) => `${depth}x${width}/${groupWidth}`)
    .join(' ');
  const [guess = NaN, seconds = NaN, flopGuess = NaN] = [predicted.trials[i], real[i], byFlops[i]];
  console.log(
    `${stages.padEnd(44)} predicted ${guess.toFixed(1).padStart(7)} s  real ${seconds.toFixed(1).padStart(7)} s  ratio ${(guess / seconds).toFixed(2)}  to CPU time ${(guess / (cpu[i] ?? NaN)).toFixed(2)}  by flops ${(flopGuess / seconds).toFixed(2)}`,
  );
}

/** Spearman's; ties do not come up among measured times. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (list: readonly number[]) => list.map((each) => list.filter((other) => other < each).length);
  const [x, y] = [ranks(a), ranks(b)];
  const squares = total(x.map((rank, i) => (rank - (y[i] ?? 0)) ** 2));
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}
const spread = (guess: readonly number[]) => {
  const logs = guess.map((each, i) => Math.log(each / (real[i] ?? NaN)));
  const mean = total(logs) / logs.length;
  return Math.sqrt(total(logs.map((each) => (each - mean) ** 2)) / logs.length);
};
console.log(
  `rank correlation with the real seconds: predicted ${rankCorrelation(predicted.trials, real).toFixed(3)}, flops ${rankCorrelation(byFlops, real).toFixed(3)}`,
);
console.log(
  `spread of the ratios (standard deviation of their logarithms): predicted ${spread(predicted.trials).toFixed(3)}, flops ${spread(byFlops).toFixed(3)}`,
);
console.log(
  `all trials: predicted ${predicted.workerSeconds.toFixed(1)} s, CPU time ${total(cpu).toFixed(1)} s, ratio ${(predicted.workerSeconds / total(cpu)).toFixed(3)}`,
);
console.log(
  `whole sweep: predicted ${predicted.seconds.toFixed(1)} s, real ${run.seconds.toFixed(1)} s, ratio ${(predicted.seconds / run.seconds).toFixed(3)}`,
);
