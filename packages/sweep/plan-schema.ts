/** The form of a plan, each field with the words that say what is allowed. */
import { recipeSchema } from '@netspace/train/recipe';
import { stopRuleSchema } from '@netspace/train/stop-rule';
import { z } from 'zod';

const whole = (least: number, words: string) => z.int({ error: words }).min(least, { error: words });

const range = z.union(
  [
    z.string(),
    z.strictObject({ low: z.union([z.string(), z.number()]), high: z.union([z.string(), z.number()]) }),
  ],
  { error: 'must be a range such as 4M:8M' },
);

const windowSchema = z.strictObject(
  { flops: range.optional(), params: range.optional(), activations: range.optional() },
  { error: 'must hold ranges, such as { flops: 4M:8M }' },
);

const shareWords = 'must be a share of the training images, above 0 and below 1, such as 0.2';

export const planSchema = z.strictObject(
  {
    name: z.string({ error: 'must be a name, such as first-look' }).regex(/^[\w][\w .-]{0,99}$/, {
      error: 'must be letters, digits, dots and dashes, such as first-look',
    }),
    seed: whole(0, 'must be a whole number from 0 to 9007199254740991'),
    spaces: z
      .array(
        z.strictObject(
          {
            name: z.string({ error: 'must be a name for the trials of this space' }).min(1).optional(),
            space: z
              .union([z.string(), z.record(z.string(), z.unknown())], {
                error: 'must be the name of a space (see "netspace space list"), or a space written here',
              })
              .optional(),
            networks: whole(1, 'must be a whole number of networks, at least 1').optional(),
            window: windowSchema.optional(),
            members: z
              .array(
                z.union([z.string(), z.record(z.string(), z.unknown())], {
                  error:
                    'must be the name of a published model (see "netspace zoo"), or a network written here',
                }),
                { error: 'must be a list of networks' },
              )
              .min(1, { error: 'must list at least one network' })
              .optional(),
            seeds: whole(1, 'must be a whole number of trainings of each member, at least 1').optional(),
          },
          { error: 'must be a space with its number of networks, such as { space: regnetx, networks: 10 }' },
        ),
        { error: 'must be a list of spaces' },
      )
      .min(1, { error: 'must list at least one space' }),
    window: windowSchema.optional(),
    data: z.strictObject(
      {
        name: z.string({ error: 'must be the name of a data set (see "netspace data list"), or a path' }),
        validationShare: z
          .number({ error: shareWords })
          .gt(0, { error: shareWords })
          .lt(1, { error: shareWords })
          .default(0.2),
        limit: whole(2, 'must be a whole number of training images, at least 2').optional(),
        copies: z
          .literal('together', { error: 'must be together: equal images on one side of the split' })
          .optional(),
      },
      { error: 'must be the name of a data set, or { name, validationShare, limit, copies }' },
    ),
    recipe: recipeSchema.default({}),
    earlyStopping: stopRuleSchema.optional(),
    workers: z
      .strictObject(
        { threads: whole(1, 'must be a whole number of threads for each worker, at least 1').default(1) },
        { error: 'must be { threads: 1 }; how many workers there are is an option of "netspace run"' },
      )
      .default({ threads: 1 }),
  },
  { error: 'a plan has name, seed, spaces, data and recipe' },
);

/** The keys that are allowed at a place of a plan. */
export function allowedKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = planSchema;
  for (const part of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodArray) schema = inner.element;
    else if (inner instanceof z.ZodObject) schema = inner.shape[String(part)];
    else return [];
  }
  return keysOf(schema);
}

/** Of several forms the keys of all. */
function keysOf(schema: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysOf(schema.unwrap());
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap(keysOf))];
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap());
  // What is a name or a mapping has the keys of the mapping.
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodObject);
  return schema;
}
