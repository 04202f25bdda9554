/** A body is JSON or nothing: forms of other pages can send text, but not this type without asking first. */
import type { FastifyInstance } from 'fastify';

export function takeJsonOnly(server: FastifyInstance): void {
  server.removeContentTypeParser('text/plain');
}
