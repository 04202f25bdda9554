/**
 * PostgreSQL under Kysely: transactions that are known to have happened or not, even when the connection breaks while
 * they are committed.
 *
 * A broken connection leaves open whether a COMMIT was carried out. Each transaction therefore learns its number when it
 * begins, and a new connection asks the server what became of that number (`txid_status`). What it says is exact but for
 * a crash of the server with synchronous_commit off; then the fences of the store turn away what nobody knows of.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { isConnectionLost } from './postgres-error.ts';

export function poolDialect(pool: Pool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PoolDriver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/**
 * One round trip. The isolation is said, since a server may have another default. A process that is stopped inside a
 * transaction must not keep trials locked for ever.
 */
const begin = [
  'begin isolation level read committed read write',
  "set local idle_in_transaction_session_timeout = '60s'",
  "set local lock_timeout = '60s'",
  'select txid_current()::text as transaction',
].join(';');

class Session implements DatabaseConnection {
  readonly client: PoolClient;
  /** Number of the transaction that is under way, or of the last one. */
  transaction: string | undefined;
  isLost = false;

  constructor(client: PoolClient) {
    this.client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { command, rowCount, rows } = await this.#query(sql, parameters.map(withoutNul));
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
    return { rows, ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) };
  }

  async #query(sql: string, values: unknown[]) {
    try {
      return await this.client.query(sql, values);
    } catch (error) {
      this.isLost ||= isConnectionLost(error);
      throw error;
    }
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('the store reads in pages, not in streams');
  }
}

/** PostgreSQL's texts hold any character but this one. */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

class PoolDriver implements Driver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Session> {
    return new Session(await this.#pool.connect());
  }

  async beginTransaction(session: Session): Promise<void> {
    const results: unknown = await session.client.query(begin);
    session.transaction = (results as { rows: { transaction: string }[] }[]).at(-1)?.rows[0]?.transaction;
  }

  async commitTransaction(session: Session): Promise<void> {
    try {
      await session.client.query('commit');
    } catch (error) {
      session.isLost = true;
      const { transaction } = session;
      if (!isConnectionLost(error) || transaction === undefined || !(await this.#isCommitted(transaction)))
        throw error;
    }
  }

  /** Waits for a server that restarts, and for a transaction whose end it has not noticed yet. */
  async #isCommitted(transaction: string): Promise<boolean> {
    const deadline = performance.now() + patience;
    for (;;) {
      const status = await this.#statusOf(transaction, deadline);
      if (status !== 'in progress' || performance.now() > deadline) return status === 'committed';
      await sleep(200);
    }
  }

  async #statusOf(transaction: string, deadline: number): Promise<string | null | undefined> {
    try {
      const { rows } = await this.#pool.query<{ status: string | null }>(
        'select txid_status($1::bigint) as status',
        [transaction],
      );
      return rows[0]?.status;
    } catch (error) {
      if (isConnectionLost(error) && performance.now() < deadline) return 'in progress';
      // A number that the server has not given yet: a crash made it forget the transaction.
      if ((error as { code?: string }).code === '22023') return 'aborted';
      throw error;
    }
  }

  /** A connection that broke took its transaction with it; saying so would hide why. */
  async rollbackTransaction(session: Session): Promise<void> {
    try {
      await session.client.query('rollback');
    } catch {
      session.isLost = true;
    }
  }

  async releaseConnection(session: Session): Promise<void> {
    session.client.release(session.isLost);
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

/** How long a server may be away before what waits for it gives up, in milliseconds. */
export const patience = 120_000;
