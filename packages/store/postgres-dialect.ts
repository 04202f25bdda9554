/**
 * PostgreSQL under Kysely: transactions that are known to have happened or not, even when the connection breaks while
 * they are committed.
 *
 * A broken connection leaves open whether a COMMIT was carried out. Each transaction therefore learns its number when it
 * begins, and a new connection asks the server what became of that number (`txid_status`). A server that crashed may have
 * given the number to another transaction since, so one that changed rows leaves a mark of its own beside them, which is
 * there just if they are.
 */
import { randomUUID } from 'node:crypto';
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
import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import { isConnectionLost } from './postgres-error.ts';

/** `marks`: where transactions leave their marks, undefined as long as there is no such table. */
export function poolDialect(pool: Pool, marks: () => TransactionMarks | undefined): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PoolDriver(pool, marks),
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
  hasChanges = false;
  isLost = false;

  constructor(client: PoolClient) {
    this.client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { command, rowCount, rows } = await this.#query(sql, parameters.map(withoutNul));
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
    this.hasChanges ||= changes;
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

interface Mark {
  /** Leaves it, in the transaction that it is of. */
  readonly leave: string;
  /** Finds a row if it is there. */
  readonly look: string;
}

/** The marks of one pool: a row for each of its connections, with how many of its transactions changed something. */
export class TransactionMarks {
  readonly #table: string;
  readonly #pool = randomUUID();
  readonly #counts = new WeakMap<PoolClient, { readonly connection: number; count: number }>();
  #connections = 0;

  constructor(schema: string) {
    this.#table = `${escapeIdentifier(schema)}."transactionMarks"`;
  }

  /** A statement that makes their table. */
  static table(schema: string): string {
    const table = `${escapeIdentifier(schema)}."transactionMarks"`;
    return `create table ${table} (pool text, connection integer, count bigint, at timestamptz, primary key (pool, connection))`;
  }

  next(client: PoolClient): Mark {
    const own = this.#counts.get(client) ?? { connection: this.#connections++, count: 0 };
    this.#counts.set(client, own);
    own.count++;
    const { connection, count } = own;
    return {
      leave:
        `insert into ${this.#table} values ('${this.#pool}', ${connection}, ${count}, now()) ` +
        'on conflict (pool, connection) do update set count = excluded.count, at = excluded.at',
      look: `select 1 from ${this.#table} where pool = '${this.#pool}' and connection = ${connection} and count = ${count}`,
    };
  }

  /** A statement that takes away the marks of this pool, and of those that died long ago; undefined if there never were any. */
  forget(): string | undefined {
    if (this.#connections === 0) return undefined;
    return `delete from ${this.#table} where pool = '${this.#pool}' or at < now() - interval '1 day'`;
  }
}

class PoolDriver implements Driver {
  readonly #pool: Pool;
  readonly #marks: () => TransactionMarks | undefined;

  constructor(pool: Pool, marks: () => TransactionMarks | undefined) {
    this.#pool = pool;
    this.#marks = marks;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Session> {
    return new Session(await this.#pool.connect());
  }

  async beginTransaction(session: Session): Promise<void> {
    const results: unknown = await session.client.query(begin);
    session.transaction = (results as { rows: { transaction: string }[] }[]).at(-1)?.rows[0]?.transaction;
    session.hasChanges = false;
  }

  async commitTransaction(session: Session): Promise<void> {
    const mark = session.hasChanges ? this.#marks()?.next(session.client) : undefined;
    try {
      await session.client.query(mark ? `${mark.leave};commit` : 'commit');
    } catch (error) {
      session.isLost = true;
      const { transaction } = session;
      if (!isConnectionLost(error) || transaction === undefined) throw error;
      if (!(await this.#isCommitted(transaction, mark))) throw error;
    }
  }

  /** Waits for a server that restarts, and for a transaction whose end it has not noticed yet. */
  async #isCommitted(transaction: string, mark: Mark | undefined): Promise<boolean> {
    const deadline = performance.now() + patience;
    let status = await this.#statusOf(transaction, deadline);
    while (status === 'in progress' && performance.now() < deadline) {
      await sleep(200);
      status = await this.#statusOf(transaction, deadline);
    }
    if (status !== 'committed' || !mark) return status === 'committed';
    return (await this.#askPatiently(mark.look, [], deadline)).length > 0;
  }

  async #statusOf(transaction: string, deadline: number): Promise<unknown> {
    try {
      const asked = 'select txid_status($1::bigint) as status';
      return (await this.#askPatiently(asked, [transaction], deadline))[0]?.['status'];
    } catch (error) {
      // A number that the server has not given yet: a crash made it forget the transaction.
      if ((error as { code?: string }).code === '22023') return 'aborted';
      throw error;
    }
  }

  /** Asks again as long as the connection is lost. */
  async #askPatiently(
    question: string,
    values: readonly string[],
    deadline: number,
  ): Promise<Record<string, unknown>[]> {
    for (;;)
      try {
        return (await this.#pool.query<Record<string, unknown>>(question, [...values])).rows;
      } catch (error) {
        if (!isConnectionLost(error) || performance.now() > deadline) throw error;
        await sleep(200);
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
    const forget = this.#marks()?.forget();
    // What stays is taken away by the next who closes.
    if (forget) await this.#pool.query(forget).catch(() => {});
    await this.#pool.end();
  }
}

/** How long a server may be away before what waits for it gives up, in milliseconds. */
export const patience = 120_000;
