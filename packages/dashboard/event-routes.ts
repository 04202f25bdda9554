/** The stream of events. */
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { streamEvents } from './event-stream.ts';
import { HttpError } from './http-error.ts';
import { serve } from './route.ts';

export function serveEvents(server: FastifyInstance, { watcher, settings }: Context): void {
  const stream = streamEvents(watcher, settings.limits);
  server.addHook('preClose', async () => stream.close());
  serve(server, endpoints.events, async (_asked, reply, request) => {
    if (stream.connections() >= settings.limits.eventConnections)
      throw new HttpError(503, 'too-many-connections', 'too many pages are open; close some');
    const { 'last-event-id': last } = request.headers;
    reply.hijack();
    // What the hooks have set, the policies among it, goes with it.
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') return reply.raw.end();
    stream.connect(reply.raw, typeof last === 'string' ? last.slice(0, 100) : undefined);
    return reply;
  });
}
