/** Trials as the API speaks of them. Errors and shares are fractions, times milliseconds since 1970 by the store's clock. */
import { networkSchema } from '@netspace/network/interchange';
import { z } from 'zod';
import { annotationSchema } from './annotation-schema.ts';

export const statusSchema = z.enum([
  'planned',
  'leased',
  'completed',
  'diverged',
  'failed',
  'lost',
  'cancelled',
]);

const epochSchema = z.object({
  epoch: z.number().int().min(1),
  learningRate: z.number().optional(),
  trainLoss: z.number().nullish(),
  trainError: z.number().nullish(),
  validationLoss: z.number().nullish(),
  validationError: z.number().nullish(),
  emaError: z.number().nullish(),
  seconds: z.number().optional(),
  imagesPerSecond: z.number().optional(),
});

const stopSchema = z.object({
  by: z.enum(['median', 'halving', 'request']),
  epoch: z.number().int(),
});

/** What of the last epoch's predictions is kept; see `TrialEvaluation` of the population. */
const evaluationSchema = z.object({
  bestEpoch: z.number().int().optional(),
  topKError: z.number().optional(),
  k: z.number().int().optional(),
  calibrationError: z.number().optional(),
  classErrors: z.array(z.number().nullable()).optional(),
  confusion: z.array(z.array(z.number())).optional(),
});

const complexity = {
  flops: z.number().optional(),
  params: z.number().optional(),
  activations: z.number().optional(),
};

/** A row of the table of trials: as `netspace trials --json` has it, without what only the page of one trial shows. */
export const trialSchema = z.object({
  id: z.number().int(),
  sweepId: z.number().int(),
  index: z.number().int().describe('place in the plan, from 0'),
  space: z.string(),
  status: statusSchema,
  error: z.number().optional(),
  bestError: z.number().optional(),
  ...complexity,
  network: networkSchema,
  recipe: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
  seed: z.number().optional(),
  generator: z.record(z.string(), z.number()).optional(),
  fit: z
    .object({
      fitError: z.number(),
      depth: z.number().int(),
      initialWidth: z.number(),
      widthSlope: z.number(),
      widthMultiplier: z.number(),
    })
    .optional()
    .describe('the quantized linear widths nearest to the network, once it was trained'),
  stopped: stopSchema.optional(),
  reason: z.string().optional(),
  attempt: z.number().int().describe('attempts begun so far'),
  cost: z.number(),
  rung: z.number().int(),
  waitingAt: z.number().int().optional(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
});

export const trialPageSchema = z.object({
  total: z.number().int().describe('trials that the filter lets through, on all pages'),
  trials: z.array(trialSchema),
});

export const trialQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  order: z.string().max(40).default('index').describe('a column: index, error, flops, …'),
  descending: z.stringbool().default(false),
  status: z
    .union([statusSchema, z.array(statusSchema)])
    .optional()
    .transform((one) => (typeof one === 'string' ? [one] : one)),
  space: z.string().max(200).optional(),
  where: z.string().max(500).optional().describe('such as error < 0.1 and depth > 12'),
});

const provenanceSchema = z
  .record(z.string(), z.unknown())
  .describe('the environment: versions, host, threads, checksum of the data');

const attemptSchema = z.object({
  attempt: z.number().int(),
  owner: z.string(),
  status: z.enum(['leased', 'completed', 'diverged', 'failed', 'lost', 'released', 'cancelled']),
  reason: z.string().optional(),
  startedAt: z.number(),
  finishedAt: z.number().optional(),
  provenance: provenanceSchema.optional(),
  evaluation: evaluationSchema.optional(),
  curve: z.array(epochSchema),
});

/** As `netspace trial --json` has it, and more. */
export const trialDetailSchema = trialSchema.extend({
  evaluation: evaluationSchema.optional(),
  curve: z.array(epochSchema).optional(),
  provenance: provenanceSchema.optional(),
  attempts: z.array(attemptSchema),
  annotation: annotationSchema,
  trainAgain: z
    .string()
    .optional()
    .describe('lines for a shell that train the network once more; absent for imported trials'),
});

export type TrialRow = z.infer<typeof trialSchema>;
export type TrialPage = z.infer<typeof trialPageSchema>;
export type TrialDetail = z.infer<typeof trialDetailSchema>;
