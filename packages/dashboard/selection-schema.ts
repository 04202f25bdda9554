/** Selections of trials, and what is computed of them: EDFs, comparisons, the analysis of a sweep. */
import { z } from 'zod';
import { computedSchema } from './computed-schema.ts';

/** Trials of a sweep, of all spaces or of one, all or those that a filter lets through. */
export const selectionSchema = z.strictObject({
  sweep: z.number().int().min(1),
  space: z.string().max(200).optional(),
  where: z.string().max(500).optional(),
});

export type Selection = z.infer<typeof selectionSchema>;

/** A selection in a query: its JSON. */
const writtenSelection = z
  .string()
  .max(1000)
  .transform((text, context) => {
    try {
      return selectionSchema.parse(JSON.parse(text));
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'not a selection; write it like {"sweep":1,"space":"regnetx","where":"error < 0.1"}',
      });
      return z.NEVER;
    }
  });

export const selectionsSchema = z.strictObject({
  selection: z
    .union([writtenSelection, z.array(writtenSelection).min(1).max(8)])
    .transform((one) => (Array.isArray(one) ? one : [one])),
});

const edfPoint = z.tuple([z.number(), z.number()]);

export const edfSchema = z.object({
  selection: selectionSchema,
  name: z.string(),
  n: z.number().int().describe('trials with a result'),
  failed: z.number().int().describe('of n, failed or diverged; they count with error 1'),
  min: z.number().nullable(),
  mean: z.number().nullable(),
  median: z.number().nullable(),
  band: z.number().nullable().describe('half the height of the 95 % band around the EDF'),
  edf: z
    .array(edfPoint)
    .describe(
      'error and share of errors up to it; of many trials 1000 points, evenly spread over the shares',
    ),
});

export const edfsSchema = computedSchema(z.object({ edfs: z.array(edfSchema) }));

const intervalSchema = z.object({ estimate: z.number(), low: z.number(), high: z.number() });

const pairSchema = z.object({
  a: z.string(),
  b: z.string(),
  ks: z.object({
    statistic: z.number(),
    p: z.number(),
    corrected: z.number(),
    method: z.enum(['exact', 'asymptotic']),
  }),
  meanDifference: intervalSchema,
  completedMeanDifference: intervalSchema.nullable(),
  medianDifference: intervalSchema,
  minDifference: intervalSchema.extend({ draws: z.number().int() }),
  superiority: intervalSchema,
  better: z.string().nullable(),
  headline: z.string(),
  detail: z.string(),
  moreNetworks: z.number().nullable(),
  sentence: z.string(),
});

/** As `netspace compare --json`: every pair of the selections. */
export const comparisonSchema = computedSchema(z.object({ pairs: z.array(pairSchema) }));

const rangeSchema = z.object({ low: z.number(), median: z.number(), high: z.number() });

const groupSchema = z.object({
  name: z.string(),
  n: z.number().int(),
  failed: z.number().int(),
  diverged: z.number().int(),
  stopped: z.number().int(),
  missing: z.number().int(),
  min: z.number(),
  mean: z.number(),
  median: z.number(),
  quartiles: z.tuple([z.number(), z.number()]),
  band: z.number(),
  edf: z.array(edfPoint),
  parameters: z
    .record(z.string(), rangeSchema)
    .describe('95 % range and median of the best of a quarter of the networks'),
});

/** EDFs with weights that give all spaces one distribution of a complexity. */
const normalizationSchema = z.object({
  measure: z.enum(['flops', 'params', 'activations']),
  spaces: z.array(
    z.object({
      name: z.string(),
      n: z.number().int(),
      used: z.number().int().describe('networks in ranges of complexity that all spaces reach'),
      effectiveSize: z.number(),
      mean: z.number(),
      band: z.number(),
      area: z.number(),
      edf: z.array(edfPoint),
    }),
  ),
  differences: z.array(
    z.object({
      a: z.string(),
      b: z.string(),
      estimate: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  areaLimit: z.number(),
  notes: z.array(z.string()),
});

export const analysisResultSchema = z.object({
  groups: z.array(groupSchema),
  telling: z.array(z.string()).describe('parameters whose ranges differ'),
  normalized: z
    .array(normalizationSchema)
    .describe('of several spaces, by each measure of complexity that they share a range of'),
  finding: z.string(),
  notes: z.array(z.string()),
});

export const analysisSchema = computedSchema(analysisResultSchema);

export const madeReportSchema = computedSchema(
  z.object({ title: z.string(), html: z.string().describe('one page that opens from disk') }),
);

export type Report = Extract<z.infer<typeof madeReportSchema>, { state: 'ready' }>['result'];
export type Edf = z.infer<typeof edfSchema>;
export type Edfs = z.infer<typeof edfsSchema>;
export type PairComparison = z.infer<typeof pairSchema>;
export type ComparedSelections = z.infer<typeof comparisonSchema>;
export type SweepAnalysis = z.infer<typeof analysisSchema>;
