/**
 * The form of the events that `netspace run --json` and `netspace worker --json` print, one object a line; `event.schema.json` beside this
 * file is what it yields as JSON Schema. Errors and shares are fractions, `at` is in milliseconds since 1970, all other times in seconds.
 */
import { z } from 'zod';
import type { SweepEvent } from './sweep-event.ts';

const count = z.int().min(0);
const place = z.int().min(0).describe('place in the plan, from 0');
const epoch = z.int().min(1).describe('from 1');
const worker = z.int().min(0).describe('place of the worker, from 1; 0 for that of another process');
const fraction = z.number().min(0).max(1);
const at = z.number().describe("milliseconds since 1970, by the supervisor's clock");

const counts = z.strictObject({
  planned: count,
  leased: count,
  completed: count,
  diverged: count,
  failed: count,
  lost: count,
  cancelled: count,
});

const shard = z.strictObject({ remainder: count, parts: z.int().min(1) });

const trial = z.strictObject({
  id: z.int(),
  index: place,
  space: z.string(),
  shape: z.string().describe('depths and widths of the stages, for people'),
  flops: z.number().describe('multiply-adds of a forward pass'),
  cost: z.number().describe("predicted work, in the store's unit"),
  epochs: epoch,
  rung: count.describe('epoch of the last rung that it was promoted from; 0 for none'),
});

const record = z.strictObject({
  epoch,
  learningRate: z.number().optional(),
  trainLoss: z.number().optional(),
  trainError: fraction.optional(),
  validationLoss: z.number().optional(),
  validationError: fraction.optional(),
  emaError: fraction.optional(),
  seconds: z.number().optional(),
  imagesPerSecond: z.number().optional(),
});

const stopped = z.strictObject({ by: z.enum(['median', 'halving', 'request']), epoch });

const earlyStopping = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('median'), graceEpochs: count, leastTrials: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('halving'),
    eta: z.int().min(2),
    firstRung: epoch,
    leastTrials: z.int().min(1),
  }),
]);

const kind = <Kind extends SweepEvent['kind'], Shape extends z.ZodRawShape>(
  name: Kind,
  words: string,
  shape: Shape,
) => z.strictObject({ kind: z.literal(name), at, ...shape }).describe(words);

export const eventSchema = z.discriminatedUnion('kind', [
  kind('planned', 'the sweep is in the store: newly planned, or found there', {
    sweep: z.string(),
    sweepId: z.int(),
    resumed: z.boolean(),
    counts,
    leastError: fraction.optional(),
    workers: z.int().min(1),
    remainingCost: z.number(),
    earlyStopping: earlyStopping.optional(),
    secondsPerCost: z.number().optional().describe('where this machine was measured'),
    shard: shard.optional(),
  }),
  kind('note', 'a sentence for people', { text: z.string() }),
  kind('worker', 'a worker process comes or goes', {
    worker,
    state: z.enum(['starting', 'idle', 'gone']),
    pid: z.int().optional(),
  }),
  kind('started', 'an attempt at a trial begins', { worker, trial, attempt: z.int().min(1) }),
  kind('resumed', 'its checkpoint brought the epochs up to this one', {
    worker,
    trial: z.int().describe('id of the trial'),
    index: place,
    epoch,
  }),
  kind('step', 'how far the running epoch is', {
    worker,
    trial: z.int().describe('id of the trial'),
    epoch,
    share: fraction,
    imagesPerSecond: z.number(),
  }),
  kind('epoch', 'an epoch was trained and kept', {
    worker,
    trial: z.int().describe('id of the trial'),
    record,
  }),
  kind('finished', 'a trial has ended', {
    worker,
    trial,
    status: z.enum(['completed', 'diverged', 'failed']),
    error: fraction.optional(),
    reason: z.string().optional(),
    stopped: stopped.optional(),
    seconds: z.number(),
  }),
  kind('paused', 'given back at the end of an epoch, with a checkpoint', {
    worker,
    trial,
    attempt: z.int().min(1),
    epoch,
    until: z.enum(['next-run', 'promotion']),
  }),
  kind('settled', 'a rung was decided', { epoch, promoted: count, stopped: count }),
  kind('lost', 'an attempt is over without a result; again: the trial is planned again', {
    worker,
    index: place,
    attempt: z.int().min(1),
    reason: z.string(),
    again: z.boolean(),
    cost: z.number().optional(),
  }),
  kind('counts', 'trials by status, as the store has them', { counts }),
  kind('draining', 'running epochs are ended, and no other trial begins', {}),
  kind('ended', 'the last event of a sweep', { counts, interrupted: z.boolean(), shard: shard.optional() }),
]);

/** Draft 2020-12. */
export function eventJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(eventSchema);
}
