/** Endpoints as routes of fastify: what comes in is checked by their schemas, what goes out has their types. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Answer, Asked, Endpoint } from './endpoint.ts';
import { HttpError } from './http-error.ts';
import type { KeptAnswers } from './kept-answers.ts';

/** Answers an endpoint with JSON. */
export function serveJson<E extends Endpoint>(
  server: FastifyInstance,
  endpoint: E,
  handler: (asked: Asked<E>) => Answer<E> | Promise<Answer<E>>,
): void {
  serve(server, endpoint, async (asked, reply) => {
    const answer = await handler(asked);
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
  });
}

interface Keeping {
  readonly answers: KeptAnswers;
  /** The answer tells of the time that has passed. */
  readonly ages: boolean;
}

/** Answers an endpoint with JSON that is made once for all who ask the same while nothing changes. */
export function serveKept<E extends Endpoint>(
  server: FastifyInstance,
  endpoint: E,
  { answers, ages }: Keeping,
  handler: (asked: Asked<E>) => Promise<Answer<E>>,
): void {
  serve(server, endpoint, async (asked, reply, request) => {
    const json = await answers.answer(request.url, () => handler(asked), ages);
    return reply.type('application/json; charset=utf-8').send(json);
  });
}

/** Answers an endpoint in whatever way the handler does. */
export function serve<E extends Endpoint>(
  server: FastifyInstance,
  endpoint: E,
  handler: (asked: Asked<E>, reply: FastifyReply, request: FastifyRequest) => Promise<unknown>,
): void {
  server.route({
    method: endpoint.method,
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: (request, reply) => handler(checkRequest(endpoint, request), reply, request),
  });
}

function checkRequest<E extends Endpoint>(endpoint: E, request: FastifyRequest): Asked<E> {
  const asked = {
    params: check(endpoint.params, request.params, 'address', 404),
    query: check(endpoint.query, request.query, 'query', 400),
    body: check(endpoint.body, request.body, 'body', 400),
  };
  // Each part was parsed by the schema that the type names.
  return asked as Asked<E>;
}

function check(schema: z.ZodType | undefined, value: unknown, part: string, status: number): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new HttpError(
    status,
    'not-understood',
    `${part}${place === '' ? '' : `, ${place}`}: ${issue?.message ?? 'not understood'}`,
  );
}
