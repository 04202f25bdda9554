/**
 * What a calibration process runs: three tiny trainings, through the very code that trains trials. It tells its supervisor when it is
 * ready, waits for the word, and answers with a Timing for each.
 *
 * A training with one thread waits for nothing, so its CPU time is the time that it takes where nobody else is: measured by it, a
 * machine on which others work is as fast as it is without them. More threads than one may wait for each other, and count by the wall clock.
 */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { InputShape } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { completeRecipe } from '@netspace/train/recipe';
import { readVersions } from '@netspace/train/versions';
import type { Timing } from './calibration.ts';
import { calibrationNetworks } from './calibration-networks.ts';
import { between, now, type Moment } from './measuring-process.ts';
import { timeTraining } from './training-timing.ts';

export interface CalibrationOrder {
  readonly threads: number;
}

/** What the supervisor of a calibration is told: first that the process is ready, then what it has measured. */
export interface CalibrationReport {
  /** Since the start of the process, or of its measurements. */
  readonly spent: Moment;
  readonly timings?: readonly Timing[];
}

const input: InputShape = { resolution: 28, channels: 1, classes: 10 };
const recipe = completeRecipe({ augmentation: 'flip-crop' });
const stepsPerEpoch = 3;
/** One batch of an evaluation. */
const evaluated = 256;

process.on('disconnect', () => process.exit(1));
process.on('message', ({ threads }: CalibrationOrder) => void measure(threads));
readVersions();
process.send?.({ spent: { ...now(), wall: process.uptime() } } satisfies CalibrationReport);

async function measure(threads: number): Promise<void> {
  const secondsOf = ({ cpu, wall }: Moment) => (threads === 1 ? Math.min(cpu, wall) : wall);
  const data = makeData();
  const timings: Timing[] = [];
  const begun = now();
  for (const network of calibrationNetworks)
    timings.push(await timeTraining(network, recipe, data, secondsOf));
  process.send?.({ spent: between(begun, now()), timings } satisfies CalibrationReport);
}

function makeData(): TrainingData {
  const stream = random('calibration');
  const makeSet = (count: number): ImageSet => ({
    images: Uint8Array.from({ length: count * input.resolution ** 2 }, () => stream.below(256)),
    labels: Uint8Array.from({ length: count }, () => stream.below(input.classes)),
    count,
    resolution: input.resolution,
    channels: input.channels,
  });
  return {
    name: 'calibration',
    classes: Array.from({ length: input.classes }, (_, i) => String(i)),
    train: makeSet(stepsPerEpoch * recipe.batchSize),
    validation: makeSet(evaluated),
    mean: [127.5],
    deviation: [74],
    checksum: '',
  };
}
