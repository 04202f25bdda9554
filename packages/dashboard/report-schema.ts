/** The list of reports, and what the server says of itself and of errors. */
import { z } from 'zod';

export const reportListSchema = z.object({
  reports: z.array(
    z.object({
      id: z.string().describe('the page is at /reports/{id}'),
      name: z.string(),
      bytes: z.number().int(),
      modifiedAt: z.number(),
    }),
  ),
});

export const aboutSchema = z.object({
  store: z.string().describe('where the trials are, for people'),
  allowWrite: z.boolean(),
});

export const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});

/** How many trials an action changed. */
export const changedSchema = z.object({ sweep: z.number().int(), trials: z.number().int() });

export type ReportList = z.infer<typeof reportListSchema>;
export type About = z.infer<typeof aboutSchema>;
export type ErrorAnswer = z.infer<typeof errorSchema>;
