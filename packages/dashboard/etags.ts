/** Answers that have not changed are not sent again: an ETag of each whole answer, and 304 to those who have it. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

export function sendEtags(server: FastifyInstance): void {
  // Bytes that are sent to many are hashed once.
  const known = new WeakMap<Buffer, string>();
  const tagOf = (payload: string | Buffer): string => {
    const tag = typeof payload === 'string' ? undefined : known.get(payload);
    if (tag !== undefined) return tag;
    const made = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"`;
    if (typeof payload !== 'string') known.set(payload, made);
    return made;
  };
  server.addHook('onSend', async (request, reply, payload) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads || reply.statusCode !== 200) return payload;
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache');
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    const tag = tagOf(payload);
    reply.header('etag', tag);
    if (!matches(request.headers['if-none-match'], tag)) return payload;
    reply.status(304);
    return '';
  });
}

/** Whether one of the tags that a client has is this one; weak or strong makes no difference to a GET. */
export function matches(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag.replace(/^W\//, ''));
}
