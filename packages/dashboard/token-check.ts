/**
 * Where others than this machine can come, they need the token: from the printed link it becomes a cookie that no script reads
 * and no other site sends, and the address is stripped of it. Wrong tokens are counted.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { HttpError } from './http-error.ts';

const minute = 60_000;

export function checkToken(server: FastifyInstance, { settings }: Context): void {
  const { token, limits } = settings;
  if (token === undefined) return;
  // The cookie is not the token: whoever reads the one does not know the other, and it ends with the server.
  const cookie = {
    name: `netspace-${randomBytes(4).toString('hex')}`,
    value: randomBytes(32).toString('hex'),
  };
  const guesses = countGuesses(limits.wrongTokens);
  server.addHook('onRequest', async (request, reply) => {
    const offered = new URL(request.url, 'http://host').searchParams.get('token');
    if (offered !== null) {
      guesses.check(request.ip);
      if (isEqual(offered, token)) return admit(request, reply, `${cookie.name}=${cookie.value}`);
      guesses.add(request.ip);
      throw new HttpError(401, 'token-wrong', 'that is not the token; use the link that netspace printed');
    }
    const shown = readCookie(request.headers.cookie ?? '', cookie.name);
    if (shown !== undefined && isEqual(shown, cookie.value)) return;
    throw new HttpError(401, 'token-missing', 'open the link that netspace printed; it holds a token');
  });
}

/** 303: the browser asks anew, without the token in the address, in its history or in a referrer. */
function admit(request: FastifyRequest, reply: FastifyReply, cookie: string): FastifyReply {
  const url = new URL(request.url, 'http://host');
  url.searchParams.delete('token');
  // A path that begins with two slashes would be an address of elsewhere.
  const place = `${url.pathname}${url.search}`.replace(/^\/[/\\]+/, '/');
  return reply
    .header('set-cookie', `${cookie}; HttpOnly; SameSite=Strict; Path=/`)
    .header('cache-control', 'no-store')
    .redirect(place, 303);
}

/** In a time that says nothing of how much is right. */
function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function readCookie(header: string, name: string): string | undefined {
  return header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** Wrong tokens of the last minute by address; the memory they take is bounded. */
function countGuesses(most: number): { check: (address: string) => void; add: (address: string) => void } {
  const guesses = new Map<string, { count: number; since: number }>();
  return {
    check: (address) => {
      const known = guesses.get(address);
      if (known === undefined || Date.now() - known.since > minute || known.count < most) return;
      throw new HttpError(429, 'too-many-guesses', 'too many wrong tokens; wait a minute');
    },
    add: (address) => {
      const known = guesses.get(address);
      const fresh = known === undefined || Date.now() - known.since > minute;
      if (fresh && guesses.size >= 10_000) guesses.clear();
      guesses.set(address, fresh ? { count: 1, since: Date.now() } : { ...known, count: known.count + 1 });
    },
  };
}
