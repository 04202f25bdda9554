/**
 * The best value of a parameter with its range: our closed form against 10,000 random draws in NumPy, of 500 networks.
 *
 * The baseline is what the papers' footnote says and pycls does, written twice: a loop of draws, and one matrix of draws for those who
 * would say that the loop is slow. Printed are medians, their ratios, and all answers. NumPy's time leaves out its start; ours is a
 * warm call's. The two never run at once.
 *
 * Usage: tsx test/bench/bootstrap.ts --python PYTHON-WITH-NUMPY [--networks 500] [--resamples 10000] [--repetitions 7]
 */
import { bestRange } from '@netspace/stats/bootstrap';
import { median } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    networks: { type: 'string', default: '500' },
    resamples: { type: 'string', default: '10000' },
    repetitions: { type: 'string', default: '7' },
  },
});
const [networks, resamples, repetitions] = [options.networks, options.resamples, options.repetitions].map(
  Number,
) as [number, number, number];

const stream = random('bootstrap bench');
const values = Array.from({ length: networks }, () => 1 + stream.below(64));
const errors = values.map((value) => 0.1 + 0.001 * Math.abs(value - 20) + 0.02 * Math.abs(stream.normal()));

interface Baseline {
  readonly seconds: readonly number[];
  readonly range: readonly number[];
}

function sampled(): Readonly<Record<'loop' | 'matrix', Baseline>> {
  const script = fileURLToPath(new URL('bootstrap.py', import.meta.url));
  const input = JSON.stringify({ errors, values, resamples, repetitions });
  const { status, stdout, stderr } = spawnSync(options.python, [script], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${options.python} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Readonly<Record<'loop' | 'matrix', Baseline>>;
}

/** Seconds of a call, by blocks long enough for the clock. */
function closedForm(): number[] {
  const block = 200;
  return Array.from({ length: repetitions }, () => {
    const begin = performance.now();
    for (let i = 0; i < block; i++) bestRange(values, errors);
    return (performance.now() - begin) / 1000 / block;
  });
}

closedForm();
const ours = median(closedForm());
const { low, median: middle, high } = bestRange(values, errors);
console.log(
  `${networks} networks; closed form   ${(1e3 * ours).toFixed(3)} ms   ${low} / ${middle} / ${high}`,
);
for (const [name, { seconds, range }] of Object.entries(sampled()))
  console.log(
    `${resamples} draws in NumPy, ${name.padEnd(7)} ${(1e3 * median(seconds)).toFixed(1)} ms   ${range.join(' / ')}   ${(median(seconds) / ours).toFixed(0)} x`,
  );
