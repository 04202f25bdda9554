/** What people write about sweeps and trials: a note and tags. Hostile text like every other. */
import { z } from 'zod';

export const noteSchema = z.strictObject({ note: z.string().max(10_000) });

export const tagsSchema = z.strictObject({
  tags: z.array(z.string().trim().min(1).max(60)).max(30),
});

export const annotationSchema = z.object({
  note: z.string(),
  tags: z.array(z.string()),
});

export type Annotation = z.infer<typeof annotationSchema>;
