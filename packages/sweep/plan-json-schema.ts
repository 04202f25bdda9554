/** The JSON Schema of plans, for editors and other programs; `plan.schema.json` beside this file is what it yields. */
import { z } from 'zod';
import { planSchema } from './plan-schema.ts';
import { dimensionJsonSchemas } from './recipe-dimensions.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What a plan's file may hold. Wider than the schema that plans are parsed by: a name alone stands for a data set or a recipe, and
 * keys of the recipe may be distributions. What no JSON Schema can say (a space's name, a window that is empty) parsing finds.
 */
export function planJsonSchema(): JsonSchema {
  const { properties = {}, ...rest } = z.toJSONSchema(planSchema, { io: 'input' });
  const { data = {}, recipe = {} } = properties as Record<string, JsonSchema>;
  return {
    ...rest,
    properties: { ...properties, data: orName(data), recipe: orName(withDimensions(recipe)) },
  };
}

function orName(schema: JsonSchema): JsonSchema {
  return { anyOf: [{ type: 'string' }, schema] };
}

function withDimensions(recipe: JsonSchema): JsonSchema {
  const keys = Object.entries((recipe['properties'] ?? {}) as Record<string, JsonSchema>);
  const properties = keys.map(([key, schema]) => {
    const drawn = dimensionJsonSchemas(key);
    return [key, drawn.length === 0 ? schema : { anyOf: [schema, ...drawn] }];
  });
  // A default of the whole recipe would say what each key is when it is left out, which the recipe it extends says.
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}
