/** The events of `GET /api/events`, as server-sent events: `event:` is the kind, `data:` the rest as JSON. */
import { z } from 'zod';
import { statusSchema } from './trial-schema.ts';

/** A trial came to its end. */
const ended = z.object({
  kind: z.literal('ended'),
  sweepId: z.number().int(),
  trialId: z.number().int(),
  index: z.number().int(),
  space: z.string(),
  status: statusSchema,
  error: z.number().optional(),
  finishedAt: z.number(),
});

/** Something of a sweep is not as it was: counts, workers, epochs, notes; or the sweep is new, or gone. */
const changed = z.object({ kind: z.literal('changed'), sweepIds: z.array(z.number().int()) });

/** What was answered with `computing` or `stale` is ready: ask again. */
const computed = z.object({ kind: z.literal('computed'), sweepIds: z.array(z.number().int()) });

/** Events were lost, since the connection was away too long: read everything again. */
const reset = z.object({ kind: z.literal('reset') });

export const eventSchema = z.discriminatedUnion('kind', [ended, changed, computed, reset]);

export type DashboardEvent = z.infer<typeof eventSchema>;
export type EndedTrial = z.infer<typeof ended>;
