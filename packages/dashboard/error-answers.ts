/** Errors as statuses and sentences; what is a defect of ours is told to whoever started the server, and to nobody else. */
import { StoreError } from '@netspace/store/store-error';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { HttpError } from './http-error.ts';
import { problemOfStore, type Problem } from './store-problem.ts';

export function answerErrors(server: FastifyInstance, { settings }: Context): void {
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    const problem = describe(error);
    if (problem.status >= 500)
      settings.log(`${request.method} ${pathOf(request.url)}: ${error.stack ?? error.message}`);
    return reply
      .status(problem.status)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ error: { code: problem.code, message: problem.message } }));
  });
  server.setNotFoundHandler(async () => {
    throw new HttpError(404, 'not-found', 'there is nothing here');
  });
}

/** A query may hold a token. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function describe(error: FastifyError): Problem {
  if (error instanceof HttpError) return error;
  if (error instanceof StoreError) return problemOfStore(error);
  // Errors of the pure packages (spaces, samples, quantities, filters) are sentences about what was asked.
  const { code, statusCode } = error;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return {
      status: statusCode,
      code: 'not-understood',
      message: sentences[code] ?? 'the request is not understood',
    };
  if (asked.has(code)) return { status: 400, code: code.toLowerCase(), message: error.message };
  return {
    status: 500,
    code: 'failed',
    message: 'this should not have happened; the terminal of netspace says more',
  };
}

const asked = new Set(['SPACE', 'SAMPLING', 'QUANTITY', 'MODEL', 'no-trials', 'filter-invalid']);

/** Fastify's own sentences repeat what was sent. */
const sentences: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send JSON, with content-type application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty; send JSON',
};
