/**
 * How long do workers wait for the last trial of a sweep?
 *
 * Printed: the share of all workers' time that lies between the end of a worker's last trial and the end of the sweep, by the store's
 * clock; beside it what the order of the plan would have given with the same times.
 *
 * Usage: tsx test/bench/tail.ts [--networks 40] [--epochs 1] [--images 3000] [--workers 2]
 */
import { scheduleLength } from '@netspace/sweep/estimate';
import { parseArgs } from 'node:util';
import { makeBenchPlan, runTimed, secondsOf } from './timed-sweep.ts';

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: '40' },
    epochs: { type: 'string', default: '1' },
    images: { type: 'string', default: '3000' },
    workers: { type: 'string', default: '2' },
  },
});
const workers = Number(options.workers);
const { trials } = await runTimed(
  makeBenchPlan({
    networks: Number(options.networks),
    epochs: Number(options.epochs),
    images: Number(options.images),
  }),
  workers,
);
const ends = trials.map(({ finishedAt = NaN }) => finishedAt);
const begins = trials.map(({ startedAt = NaN }) => startedAt);
const whole = (Math.max(...ends) - Math.min(...begins)) / 1000;

/** Which worker trained which trial the store does not know: whoever is free first has begun the next. */
const free = Array.from({ length: workers }, () => -Infinity);
for (const trial of trials.toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)))
  free[free.indexOf(Math.min(...free))] = trial.finishedAt ?? NaN;
const idle = free.reduce((sum, end) => sum + (Math.max(...ends) - end) / 1000, 0);

const seconds = trials.map(secondsOf);
const busy = seconds.reduce((sum, each) => sum + each, 0);
const planned = scheduleLength(seconds, workers);
console.log(
  `${trials.length} trials, ${workers} workers, ${whole.toFixed(1)} s: idle at the end ${((100 * idle) / (workers * whole)).toFixed(2)} % of all workers' time`,
);
console.log(
  `in the order of the plan, by the same times: ${(100 * (1 - busy / (workers * planned))).toFixed(2)} %; longest trial ${Math.max(...seconds).toFixed(1)} s, shortest ${Math.min(...seconds).toFixed(1)} s`,
);
