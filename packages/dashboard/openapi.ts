/** The API as an OpenAPI 3.1 document, made of the endpoints; `openapi.json` is a copy that a test holds against them. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { errorSchema } from './report-schema.ts';

type Json = Readonly<Record<string, unknown>>;

export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints))
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: describeEndpoint(name, endpoint),
    };
  return {
    openapi: '3.1.0',
    info: {
      title: 'netspace dashboard',
      version: '1',
      description:
        'Reads a store of trials. Methods other than GET are refused unless the server was started with --allow-write.',
    },
    paths,
    components: { schemas: { Error: schemaOf(errorSchema, 'output') } },
  };
}

function describeEndpoint(name: string, endpoint: Endpoint): Json {
  const parameters = [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')];
  return {
    operationId: name,
    summary: endpoint.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(endpoint.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
      },
    }),
    responses: {
      200: { description: endpoint.summary, content: contentOf(endpoint.answer) },
      default: {
        description: 'what is wrong, and how to mend it',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function contentOf(answer: Endpoint['answer']): Json {
  if ('contentType' in answer) return { [answer.contentType.split(';', 1)[0] ?? '']: {} };
  return { 'application/json': { schema: schemaOf(answer, 'output') } };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: each,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
