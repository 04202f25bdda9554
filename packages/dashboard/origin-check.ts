/**
 * Only this server's own pages may change anything or read the API: other pages in the same browser are told by Origin and
 * Sec-Fetch-Site, on every method but GET and HEAD. Precedent: Ray, CVE-2025-62593 and CVE-2026-27482.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';

export function checkOrigin(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    const site = request.headers['sec-fetch-site'];
    const reads = request.method === 'GET' || request.method === 'HEAD';
    // Links from elsewhere may lead to a page, but no page of elsewhere may load data.
    if (
      reads &&
      (!request.url.startsWith('/api/') || site === undefined || site === 'same-origin' || site === 'none')
    )
      return;
    if (!reads && isOwnOrigin(request) && (site === undefined || site === 'same-origin')) return;
    throw new HttpError(
      403,
      'origin-foreign',
      'only the pages of this server may do that; for scripts there is the netspace command',
    );
  });
}

function isOwnOrigin({ headers }: FastifyRequest): boolean {
  const { origin, host = '' } = headers;
  return (
    origin !== undefined &&
    [`http://${host.toLowerCase()}`, `https://${host.toLowerCase()}`].includes(origin.toLowerCase())
  );
}
