/** Nothing is changed unless the server was started with --allow-write. Precedent: ShadowRay, CVE-2023-48022. */
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { HttpError } from './http-error.ts';

export function checkWrite(server: FastifyInstance, { settings }: Context): void {
  server.addHook('onRequest', async ({ method }) => {
    if (settings.allowWrite || method === 'GET' || method === 'HEAD') return;
    throw new HttpError(
      403,
      'read-only',
      'this dashboard only shows; start it with --allow-write to change anything',
    );
  });
}
