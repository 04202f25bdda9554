/**
 * The pages: one shell for all addresses of the dashboard, and the files that it loads. All are read at the start into a table, so that
 * an address is looked up there and never becomes a path. Files carry a hash of their content in their names, so they never change.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { HttpError } from './http-error.ts';

/** The pages are not built: `code` is `pages-missing`. */
class PagesError extends Error {
  readonly code = 'pages-missing';
}

interface PageFile {
  readonly content: Buffer;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

export function servePages(server: FastifyInstance, { settings }: Context): void {
  const files = readPages(settings.pages);
  const shell = files.get('index.html');
  if (shell === undefined)
    throw new PagesError(
      `the dashboard's pages are not built: ${settings.pages} has no index.html; run: node setup.mjs`,
    );
  server.get<{ Params: { name: string } }>('/assets/:name', async ({ params }, reply) => {
    const file = files.get(params.name);
    if (file === undefined || file === shell) throw new HttpError(404, 'not-found', 'there is nothing here');
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type(file.type)
      .send(file.content);
  });
  // The page reads its own address; what is no page of it, it says itself.
  for (const url of [
    '/',
    '/sweeps',
    '/sweeps/*',
    '/trials/*',
    '/compare',
    '/regnet',
    '/spaces',
    '/spaces/*',
    '/zoo',
    '/reports',
    '/reports/:id/view',
  ])
    server.get(url, async (_request, reply) => reply.type(shell.type).send(shell.content));
}

/** Files directly in the folder; whatever is not of a known type is left out. */
function readPages(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (entry.isFile() && type !== undefined)
      files.set(entry.name, { content: readFileSync(join(folder, entry.name)), type });
  }
  return files;
}
