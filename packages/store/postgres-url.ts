/** The URL of a store in PostgreSQL: where to connect, which schema holds the tables, and how to name it without its password. */
import { Client } from 'pg';
import { StoreError } from './store-error.ts';

/** Our tables have a schema of their own, so that a database may hold other people's tables too. */
const defaultSchema = 'netspace';

export interface PostgresAddress {
  /** As the driver takes it. */
  readonly connectionString: string;
  readonly schema: string;
  /** `postgresql://user@host:port/database`, and the schema where it is not the usual one. */
  readonly location: string;
  readonly server: string;
  readonly user: string;
  readonly database: string;
}

export function isPostgresUrl(location: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(location);
}

/** Reads `postgresql://user:password@host:port/database?schema=netspace`; the driver's own parameters (`sslmode`, `host`, …) are kept. */
export function parsePostgresUrl(text: string): PostgresAddress {
  const url = readUrl(text);
  const schema = url.searchParams.get('schema') ?? defaultSchema;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new StoreError(
      'store-unreachable',
      `the URL of the store asks for the schema "${schema}"; a schema is named by small letters, digits and _, such as ${defaultSchema}`,
    );
  url.searchParams.delete('schema');
  const connectionString = url.href;
  // The driver knows what is meant where the URL is silent: PGHOST, PGUSER, … and its defaults.
  const { host, port, user = '', database = user } = new Client({ connectionString });
  const server = host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const suffix = schema === defaultSchema ? '' : `?schema=${schema}`;
  const location = `postgresql://${encodeURIComponent(user)}@${server}/${encodeURIComponent(database)}${suffix}`;
  return { connectionString, schema, location, server, user, database };
}

function readUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // What URL throws repeats its input, password and all.
    throw new StoreError(
      'store-unreachable',
      'the URL of the store cannot be read; it looks like postgresql://user:password@host:5432/database, with / @ : # and % in a password written as %2F %40 %3A %23 %25',
    );
  }
}
