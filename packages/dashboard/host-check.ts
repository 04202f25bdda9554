/**
 * Only requests that call this server by one of its names: a page of elsewhere whose name was made to point to this machine
 * (DNS rebinding) sends its own name. Precedent: MLflow issue 22095.
 */
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { HttpError } from './http-error.ts';

export function checkHost(server: FastifyInstance, { settings }: Context): void {
  server.addHook('onRequest', async (request) => {
    const named = request.raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
    const host = hostName(request.headers.host ?? '');
    // A whole address instead of a path is meant for a proxy, which this server is not.
    if (named.length === 1 && settings.hosts.includes(host) && request.raw.url?.startsWith('/') === true)
      return;
    throw new HttpError(
      421,
      'host-unknown',
      'this server does not go by that name; use the link that netspace printed, or name the host with --allow-host',
    );
  });
}

/** "LocalHost:4000" is "localhost"; what is no host is empty. */
function hostName(header: string): string {
  return /^(\[[\da-f:.]+\]|[a-z\d][a-z\d._-]*)(?::\d{1,5})?$/.exec(header.toLowerCase())?.[1] ?? '';
}
