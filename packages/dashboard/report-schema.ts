/** The list of reports, and what the server says of itself and of errors. */
import { z } from 'zod';

/** What a report of netspace says of itself. */
const reportSummarySchema = z.object({
  title: z.string(),
  subtitle: z.string(),
  made: z.string().optional().describe('ISO 8601'),
  headline: z.string(),
  detail: z.string(),
  spaces: z.array(
    z.object({
      name: z.string(),
      n: z.number().int(),
      edf: z.array(z.tuple([z.number(), z.number()])).describe('some of its points: error and share'),
    }),
  ),
});

export const reportListSchema = z.object({
  reports: z.array(
    z.object({
      id: z.string().describe('the page is at /reports/{id}'),
      name: z.string().describe('the file, below the folder of reports'),
      bytes: z.number().int(),
      modifiedAt: z.number().describe('when it was made, or where it does not say so when it was written'),
      summary: reportSummarySchema.optional().describe('absent in pages that netspace did not make'),
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
