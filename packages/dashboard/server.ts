/**
 * The server, put together: defences first, each of one concern and in a file of its own, then the routes.
 *
 * request ─ headers ─ host ─ token ─ origin ─ read-only ─► route ─ schema ─ store ─► answer ─ ETag
 */
import fastify, { type FastifyInstance } from 'fastify';
import { serveActions } from './action-routes.ts';
import { serveComputed } from './computed-routes.ts';
import type { Context } from './context.ts';
import { serveDownloads } from './download-routes.ts';
import { endpoints } from './endpoints.ts';
import { answerErrors } from './error-answers.ts';
import { sendEtags } from './etags.ts';
import { serveEvents } from './event-routes.ts';
import { checkHost } from './host-check.ts';
import { openApiDocument } from './openapi.ts';
import { checkOrigin } from './origin-check.ts';
import { servePages } from './page-routes.ts';
import { serveReports } from './report-routes.ts';
import { serveJson, serveKept } from './route.ts';
import { sendSecurityHeaders } from './security-headers.ts';
import { serveSpaces } from './space-routes.ts';
import { serveSweeps } from './sweep-routes.ts';
import { checkToken } from './token-check.ts';
import { serveTrials } from './trial-routes.ts';
import { checkWrite } from './write-check.ts';

type Part = (server: FastifyInstance, context: Context) => void;

/** In the order in which a request meets them. */
const defences = {
  headers: sendSecurityHeaders,
  host: checkHost,
  token: checkToken,
  origin: checkOrigin,
  write: checkWrite,
} as const satisfies Readonly<Record<string, Part>>;

/** `limits` are those of the HTTP parser. */
export type Defence = keyof typeof defences | 'limits';

const routes: readonly Part[] = [
  sendEtags,
  serveSweeps,
  serveTrials,
  serveComputed,
  serveSpaces,
  serveReports,
  serveDownloads,
  serveEvents,
  serveActions,
  servePages,
];

/** `without` leaves defences out: the tests show by it what each is there for. */
export function buildServer(context: Context, without: readonly Defence[] = []): FastifyInstance {
  const server = fastify({
    ...(without.includes('limits') ? unlimited : limitsOf(context)),
    logger: false,
    trustProxy: false,
    forceCloseConnections: true,
    return503OnClosing: true,
    // Fastify's own answer to an address that is no URL repeats it.
    frameworkErrors: (_error, _request, reply) => {
      const error = { code: 'not-understood', message: 'the address is not understood' };
      reply.raw.writeHead(400, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
      reply.raw.end(JSON.stringify({ error }));
    },
  });
  answerErrors(server, context);
  for (const [name, defend] of Object.entries<Part>(defences))
    if (!without.some((each) => each === name)) defend(server, context);
  for (const add of routes) add(server, context);
  const document = openApiDocument();
  const { settings, store, answers } = context;
  serveKept(server, endpoints.openApi, { answers, ages: false }, () => Promise.resolve({ ...document }));
  serveJson(server, endpoints.about, () => ({ store: store.location, allowWrite: settings.allowWrite }));
  return server;
}

function limitsOf({ settings }: Context) {
  const { limits } = settings;
  return {
    bodyLimit: limits.body,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.headersTimeout,
    routerOptions: { maxParamLength: 300 },
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersTimeout,
      // How often Node looks for clients that have gone past the two times above.
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeout),
    },
  };
}

const unlimited = {
  bodyLimit: 1024 ** 3,
  requestTimeout: 0,
  http: { maxHeaderSize: 1024 ** 2, headersTimeout: 0 },
};
