/** Design spaces and published models as the API speaks of them. */
import { networkSchema } from '@netspace/network/interchange';
import { z } from 'zod';

export const spaceListSchema = z.object({
  spaces: z.array(z.object({ name: z.string(), sentence: z.string() })),
});

/** As `netspace space show --json`. */
export const spaceSchema = z.record(z.string(), z.unknown());

/** As `netspace space count --json`: sizes are text, since they do not fit a double. */
export const spaceCountSchema = z.object({
  dimensions: z.number().int(),
  size: z.string(),
  exact: z.boolean(),
  low: z.string().optional(),
  high: z.string().optional(),
  confidence: z.number().optional(),
  draws: z.number().optional(),
  networks: z.string().optional(),
});

const bound = z.string().max(60).optional().describe('such as 360M:400M');

export const sampleQuerySchema = z.strictObject({
  n: z.coerce.number().int().min(1).max(200).default(20),
  seed: z.string().max(100).default('1').describe('a number or a word'),
  flops: bound,
  params: bound,
  activations: bound,
  resolution: z.coerce.number().int().min(1).max(4096).default(224),
});

export const sampleSchema = z.object({
  networks: z.array(
    z.object({
      network: networkSchema,
      flops: z.number(),
      params: z.number(),
      activations: z.number(),
    }),
  ),
  drawn: z.number().int(),
  accepted: z.number().int(),
});

/** As `netspace zoo --json`. */
export const zooSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      parameters: z.record(z.string(), z.number()).optional(),
      network: networkSchema,
      flops: z.number(),
      params: z.number(),
      activations: z.number(),
      top1Error: z.number(),
      resolution: z.number(),
    }),
  ),
});

export type SpaceList = z.infer<typeof spaceListSchema>;
export type SpaceCount = z.infer<typeof spaceCountSchema>;
export type SpaceSample = z.infer<typeof sampleSchema>;
export type Zoo = z.infer<typeof zooSchema>;
