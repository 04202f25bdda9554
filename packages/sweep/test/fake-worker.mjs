/**
 * A worker process whose training sleeps: its error follows from the seed, its behaviour from the network's name. Its checkpoint is its
 * curve; a line in FAKE_EPOCHS tells of each epoch that was trained and saved.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveTrials } from '../dist/worker.js';

serveTrials(async (data) => {
  if (data.name === 'unreadable') throw new Error('unreadable: the file of its images is damaged');
  if (data.name === 'deadly') process.exit(7);
  return { train, provenance: { checksum: 'none', dataset: data.name } };
});

/** Milliseconds of an epoch: a stage's depth. */
async function train({ network, recipe, seed }, options) {
  const [behaviour = ''] = network.name?.split(' ') ?? [];
  const curve = JSON.parse(Buffer.from(options.checkpoint?.read() ?? '[]').toString());
  if (curve.length > 0) options.onCheckpoint({ kind: 'resumed', epoch: curve.length });
  curve.forEach((record) => options.onEpoch?.(record));
  let by = curve.length > 0 && curve.length < recipe.epochs ? await options.shouldStop(curve) : undefined;
  for (let epoch = curve.length + 1; epoch <= recipe.epochs && by === undefined; epoch++) {
    options.onStep?.({ epoch, step: 1, stepsPerEpoch: 2, imagesPerSecond: 1000 });
    if (behaviour === 'stubborn') block(network.stages[0].depth, options);
    else await sleep(network.stages[0].depth);
    if (behaviour === 'throws') throw new Error('fewer images than a batch');
    if (behaviour === 'dies') process.kill(process.pid, 'SIGKILL');
    if (behaviour === 'gorges') gorge();
    if (behaviour === 'hangs') await sleep(1_000_000);
    const record = { epoch, trainLoss: 2 / epoch, validationError: fakeError(seed, epoch) };
    if (behaviour === 'diverges')
      return { ...result([{ epoch, trainLoss: NaN }]), status: 'diverged', error: 1 };
    curve.push(record);
    options.checkpoint?.write(Buffer.from(JSON.stringify(curve)));
    if (process.env.FAKE_EPOCHS) appendFileSync(process.env.FAKE_EPOCHS, `trial ${seed} epoch ${epoch}\n`);
    options.onEpoch?.(record);
    if (epoch < recipe.epochs) by = await options.shouldStop(curve);
  }
  return by === undefined
    ? result(curve)
    : { ...result(curve), status: 'stopped', stopped: { by, epoch: curve.length } };
}

/** Never lets the event loop have a turn, as TensorFlow does inside an epoch. */
function block(milliseconds, options) {
  for (const end = performance.now() + milliseconds; performance.now() < end;)
    options.onStep?.({ epoch: 1, step: 1, stepsPerEpoch: 2, imagesPerSecond: 1000 });
}

/** Takes memory, page by page, until it is killed for it; no more than 4 GB, where nobody does. */
function gorge() {
  const taken = [];
  while (taken.length < 256) taken.push(Buffer.alloc(2 ** 24, 1));
}

function result(curve) {
  const errors = curve.map((record) => record.validationError ?? 1);
  return {
    status: 'completed',
    error: errors.at(-1),
    bestError: Math.min(...errors),
    curve,
    imagesPerSecond: 1000,
    secondsToFirstStep: 0.01,
  };
}

/** Falls with the epochs; who is better than whom changes between them. */
function fakeError(seed, epoch) {
  return hash(seed) * 0.4 + hash(seed * 31 + epoch) * 0.2 + 0.3 / epoch;
}

/** From 0 to 1. */
function hash(value) {
  return (Math.imul(value, 2654435761) >>> 8) / 2 ** 24;
}
