/** Reports: the list, and each as a page of its own that can do nothing to this one. */
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { HttpError } from './http-error.ts';
import { listReports, readReport } from './report-folder.ts';
import { serveJson } from './route.ts';

/**
 * A report's own policy, which stands in it, lets its own scripts run. To that comes: it has an origin of its own, to which this
 * server's cookie and API are foreign, whether it is opened in a frame or by itself; and only this server may frame it.
 */
const sandbox =
  "sandbox allow-scripts allow-downloads; frame-ancestors 'self'; connect-src 'none'; form-action 'none'; base-uri 'none'";

export function serveReports(server: FastifyInstance, { settings }: Context): void {
  serveJson(server, endpoints.reports, async () => ({ reports: await listReports(settings.reports) }));

  server.get<{ Params: { id: string } }>('/reports/:id', async ({ params }, reply) => {
    const page = await readReport(settings.reports, params.id);
    if (page === undefined) throw new HttpError(404, 'not-found', 'there is no such report');
    return reply
      .headers({ 'content-security-policy': sandbox, 'x-frame-options': 'SAMEORIGIN' })
      .type('text/html; charset=utf-8')
      .send(page);
  });
}
