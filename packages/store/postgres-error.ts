/** What PostgreSQL and the way to it report, in words; and which of it passes by itself. */
import { DatabaseError } from 'pg';
import type { PostgresAddress } from './postgres-url.ts';
import { StoreError, type StoreErrorCode } from './store-error.ts';

/** Node's codes of a connection that cannot be made, or broke. */
const networkCodes =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ENOENT)$/;

/** What the driver says without a code when its connection ends or does not begin. */
const brokenConnection =
  /^(?:Connection terminated|timeout (?:exceeded )?when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error)/i;

/** The connection ended or could not be made: nobody knows what became of the last statement. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  // Class 08: connection exceptions; 57P: the server stops, crashed or starts; 25P03: it ended a session that slept.
  if (code !== undefined) return networkCodes.test(code) || /^(?:08|57P0[1235]|25P03)/.test(code);
  return brokenConnection.test(error.message);
}

/** The server begs for patience: it starts, or has all of its connections in use. */
export function isServerBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === '57P03' || code === '53300';
}

/** A transaction that the server undid because of others: class 40, deadlocks among them. */
export function isUndone(error: unknown): boolean {
  return codeOf(error)?.startsWith('40') === true;
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

type Words = (address: PostgresAddress, error: Error) => string;

/** By PostgreSQL's SQLSTATE, appendix A of its manual. */
const causes: readonly (readonly [code: RegExp, StoreErrorCode, Words])[] = [
  [
    /^28/,
    'store-refused',
    ({ server, user }) =>
      `PostgreSQL at ${server} does not let "${user}" in: the password is wrong, or pg_hba.conf does not allow it; correct --store, PGPASSWORD or ~/.pgpass`,
  ],
  [
    /^3D000/,
    'store-unreachable',
    ({ server, database }) =>
      `PostgreSQL at ${server} has no database "${database}"; make it (createdb ${database}), or correct --store`,
  ],
  [
    /^42501/,
    'store-refused',
    ({ location, user, schema, database }, { message }) =>
      `"${user}" may not do that in ${location} (${message}); let the owner of the database say: ` +
      `create schema if not exists ${schema}; grant all on schema ${schema} to "${user}"; (or: grant create on database "${database}" to "${user}")`,
  ],
  [
    /^53[12]00/,
    'store-full',
    ({ server }) =>
      `PostgreSQL at ${server} has no space or memory left; free some and run again, nothing that was completed is lost`,
  ],
  [
    /^(?:53300|57P03)/,
    'store-busy',
    ({ server }, { message }) =>
      `PostgreSQL at ${server} takes no more connections now (${message}); run again later`,
  ],
  [
    /^(?:55P03|57014)/,
    'store-busy',
    ({ location }) =>
      `another process kept what is needed in ${location} locked too long; run again, nothing that was completed is lost`,
  ],
  [
    /^25006/,
    'store-read-only',
    ({ location }) =>
      `${location} can only be read: it is a replica, or set to read-only; name the primary server with --store`,
  ],
  [
    /^(?:42P01|42703|3F000)/,
    'store-damaged',
    ({ location }, { message }) =>
      `the tables of ${location} are not as netspace made them (${message}); restore a backup, or name another database or schema with --store`,
  ],
  [
    /^(?:XX00[12]|58030)/,
    'store-damaged',
    ({ location }, { message }) =>
      `PostgreSQL finds ${location} damaged (${message}); keep a copy of its files, and restore a backup`,
  ],
];

/** A sentence for what went wrong; anything that is not PostgreSQL's comes back unchanged. */
export function describePostgresError(error: unknown, address: PostgresAddress): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const { message } = error;
  const code = codeOf(error);
  if (message.includes('during recovery'))
    return new StoreError(
      'store-read-only',
      `${address.location} is a replica, which can only be read; name the primary server with --store`,
      error,
    );
  if (/client password must be/.test(message))
    return new StoreError(
      'store-refused',
      `PostgreSQL at ${address.server} asks for a password of "${address.user}"; put it into --store, PGPASSWORD or ~/.pgpass`,
      error,
    );
  const cause = causes.find(([pattern]) => code !== undefined && pattern.test(code));
  if (cause) return new StoreError(cause[1], cause[2](address, error), error);
  if (isConnectionLost(error) || /SSL|certificate/i.test(message))
    return new StoreError(
      'store-unreachable',
      `PostgreSQL does not answer at ${address.server} (${message || code}); start it, or correct --store`,
      error,
    );
  if (error instanceof DatabaseError)
    return new StoreError('store-failed', `${address.location}: ${message} (${code})`, error);
  return error;
}
