/** Sweeps as the API speaks of them: what `netspace status --json` prints, and how far and how fast they are. */
import { z } from 'zod';
import { annotationSchema } from './annotation-schema.ts';
import { statusSchema } from './trial-schema.ts';

export const sweepSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  planHash: z.string(),
  createdAt: z.number(),
  counts: z.record(statusSchema, z.number().int()),
  stopped: z.number().int().describe('completed trials that were stopped before their last epoch'),
  waiting: z.number().int().describe('trials that wait at a rung'),
  leastError: z.number().optional(),
  remainingCost: z.number(),
  trialsPerHour: z.number().optional().describe('of the last trials that ended, while any is in training'),
  secondsLeft: z
    .number()
    .optional()
    .describe('from the predicted work that is left and the speed of the last trials'),
  annotation: annotationSchema,
});

export const sweepListSchema = z.object({ sweeps: z.array(sweepSchema) });

/** A trial in training, and who trains it. */
const workerSchema = z.object({
  owner: z.string(),
  trialId: z.number().int(),
  index: z.number().int(),
  space: z.string(),
  attempt: z.number().int(),
  startedAt: z.number(),
  overdue: z.boolean().describe('its lease has run out: the worker may be dead'),
  epoch: z.number().int().describe('epochs that are done'),
  epochs: z.number().int().optional(),
  imagesPerSecond: z.number().optional(),
  validationError: z.number().nullish(),
});

const failureSchema = z.object({
  trialId: z.number().int(),
  index: z.number().int(),
  space: z.string(),
  status: z.enum(['failed', 'diverged']),
  attempt: z.number().int(),
  reason: z.string().optional(),
  finishedAt: z.number().optional(),
});

export const sweepDetailSchema = sweepSchema.extend({
  plan: z.unknown().describe('the canonical plan, or where imported trials came from'),
  spaces: z.array(z.string()),
  workers: z.array(workerSchema),
  failures: z
    .array(failureSchema)
    .describe('of more than 100 those last in the plan; the last that failed first'),
});

export type SweepSummary = z.infer<typeof sweepSchema>;
export type SweepList = z.infer<typeof sweepListSchema>;
export type SweepDetail = z.infer<typeof sweepDetailSchema>;
export type WorkerRow = z.infer<typeof workerSchema>;
