/** Answers that may not be there yet. */
import { z } from 'zod';

/**
 * What takes longer than a page waits for. `ready`: of the trials as they are. `stale`: of the trials a moment ago, while the
 * present ones are computed. `computing`: nothing yet. The event `computed` tells when to ask again.
 */
export function computedSchema<T extends z.ZodType>(result: T) {
  return z.discriminatedUnion('state', [
    z.object({ state: z.literal('ready'), result }),
    z.object({ state: z.literal('stale'), result }),
    z.object({ state: z.literal('computing') }),
  ]);
}

/** The answer to a request for a T. */
export type Computed<T> =
  { readonly state: 'ready' | 'stale'; readonly result: T } | { readonly state: 'computing' };
