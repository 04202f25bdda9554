/** The versions of a store: each step leads from one version to the next and is never edited again. */
import type { ColumnDefinitionBuilder } from 'kysely';
import { addWatching } from './annotation-queries.ts';
import type { Engine, Queries } from './engine.ts';
import { widthColumns } from './network-columns.ts';
import { addNetworkColumns } from './network-migration.ts';
import { StoreError } from './store-error.ts';

type Step = (db: Queries, engine: Engine) => Promise<void>;

const steps: readonly Step[] = [
  createTables,
  addStops,
  addWatching,
  indexStops,
  addFits,
  addNetworkColumns,
  indexState,
  addOwnTables,
  indexColumns,
];

/** The version this program reads and writes. */
export const storeVersion = steps.length;

/** Brings a store to this program's version, in one transaction that no other process can enter. */
export async function migrate(engine: Engine): Promise<void> {
  const before = await readVersion(engine);
  if (before === storeVersion) return;
  if (before > 0) engine.beforeMigration(before, storeVersion);
  await engine.db.transaction().execute(async (db) => {
    await engine.beginMigration(db);
    await db.schema
      .createTable('storeVersion')
      .ifNotExists()
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    const [row] = await db.selectFrom('storeVersion').select('version').execute();
    const version = checkVersion(row?.version ?? 0, engine.location);
    for (const step of steps.slice(version)) await step(db, engine);
    await db.deleteFrom('storeVersion').execute();
    await db.insertInto('storeVersion').values({ version: storeVersion }).execute();
  });
}

/** 0 for an empty database; a database of somebody else is refused. */
async function readVersion(engine: Engine): Promise<number> {
  const tables = await engine.tableNames();
  if (tables.length === 0) return 0;
  if (!tables.includes('storeVersion')) {
    const found = tables.slice(0, 3);
    throw new StoreError(
      'store-foreign',
      `${engine.location} is a database, but not a store of netspace (it has ${found.join(', ')}); name another one with --store`,
    );
  }
  const [row] = await engine.db.selectFrom('storeVersion').select('version').execute();
  return checkVersion(row?.version ?? 0, engine.location);
}

function checkVersion(version: number, location: string): number {
  if (version > storeVersion)
    throw new StoreError(
      'store-newer',
      `${location} was written by a newer netspace (version ${version} of the store, this one knows up to ${storeVersion}); ` +
        'it was left untouched: update netspace, or name another store with --store',
    );
  return version;
}

async function createTables(db: Queries, engine: Engine): Promise<void> {
  await createSweeps(db, engine);
  await createTrials(db, engine);
  await createAttempts(db);
  await createEpochs(db);
}

async function createSweeps(db: Queries, engine: Engine): Promise<void> {
  await db.schema
    .createTable('sweeps')
    .addColumn('id', engine.serialKey)
    .addColumn('name', 'text', required)
    .addColumn('planHash', 'text', (c) => c.notNull().unique())
    .addColumn('plan', 'text', required)
    .addColumn('createdAt', 'bigint', required)
    .execute();
}

async function createTrials(db: Queries, engine: Engine): Promise<void> {
  await db.schema
    .createTable('trials')
    .addColumn('id', engine.serialKey)
    .addColumn('sweepId', 'bigint', (c) => c.notNull().references('sweeps.id').onDelete('cascade'))
    .addColumn('position', 'integer', required)
    .addColumn('space', 'text', required)
    .addColumn('network', 'text', required)
    .addColumn('generator', 'text')
    .addColumn('flops', 'double precision', required)
    .addColumn('params', 'double precision', required)
    .addColumn('activations', 'double precision', required)
    .addColumn('recipe', 'text', required)
    .addColumn('seed', 'bigint', required)
    .addColumn('cost', 'double precision', required)
    .addColumn('status', 'text', required)
    .addColumn('attempt', 'integer', required)
    .addColumn('owner', 'text')
    .addColumn('leasedUntil', 'bigint')
    .addColumn('losses', 'integer', required)
    .addColumn('error', 'double precision')
    .addColumn('bestError', 'double precision')
    .addUniqueConstraint('trialsByPosition', ['sweepId', 'position'])
    .execute();
  await db.schema
    .createIndex('trialsByCost')
    .on('trials')
    .columns(['sweepId', 'status', 'cost desc', 'position'])
    .execute();
  await db.schema.createIndex('trialsByError').on('trials').columns(['sweepId', 'status', 'error']).execute();
}

async function createAttempts(db: Queries): Promise<void> {
  await db.schema
    .createTable('attempts')
    .addColumn('trialId', 'bigint', (c) => c.notNull().references('trials.id').onDelete('cascade'))
    .addColumn('attempt', 'integer', required)
    .addColumn('owner', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('reason', 'text')
    .addColumn('provenance', 'text')
    .addColumn('startedAt', 'bigint', required)
    .addColumn('finishedAt', 'bigint')
    .addPrimaryKeyConstraint('attemptsByTrial', ['trialId', 'attempt'])
    .execute();
}

async function createEpochs(db: Queries): Promise<void> {
  await db.schema
    .createTable('epochs')
    .addColumn('trialId', 'bigint', required)
    .addColumn('attempt', 'integer', required)
    .addColumn('epoch', 'integer', required)
    .addColumn('record', 'text', required)
    .addPrimaryKeyConstraint('epochsByAttempt', ['trialId', 'attempt', 'epoch'])
    .addForeignKeyConstraint(
      'epochsOfAttempt',
      ['trialId', 'attempt'],
      'attempts',
      ['trialId', 'attempt'],
      (c) => c.onDelete('cascade'),
    )
    .execute();
}

/** Version 2: what stopped a training early, rungs to wait at, and what the last epoch's predictions are worth. */
async function addStops(db: Queries): Promise<void> {
  // One column a statement: SQLite takes no more.
  const changes = [
    db.schema.alterTable('trials').addColumn('stopped', 'text'),
    db.schema.alterTable('trials').addColumn('rung', 'integer', (c) => c.notNull().defaultTo(0)),
    db.schema.alterTable('trials').addColumn('waitingAt', 'integer'),
    db.schema.alterTable('trials').addColumn('waitingOutcome', 'text'),
    db.schema.alterTable('attempts').addColumn('evaluation', 'text'),
  ];
  for (const change of changes) await change.execute();
}

/** What counts the stopped and waiting trials of a sweep without reading its networks. */
async function indexStops(db: Queries): Promise<void> {
  await db.schema
    .createIndex('trialsByStop')
    .on('trials')
    .columns(['sweepId', 'stopped', 'waitingAt'])
    .execute();
}

/** The linear widths nearest to a network's, which take long to find for thousands of trials. */
async function addFits(db: Queries): Promise<void> {
  await db.schema.alterTable('trials').addColumn('fit', 'text').execute();
}

/** What is told of a whole sweep, read from one index; it does what two others did. */
async function indexState(db: Queries): Promise<void> {
  await db.schema.dropIndex('trialsByError').execute();
  await db.schema.dropIndex('trialsByStop').execute();
  await db.schema
    .createIndex('trialsByState')
    .on('trials')
    .columns(['sweepId', 'status', 'error', 'cost', 'stopped', 'waitingAt'])
    .execute();
}

function addOwnTables(db: Queries, engine: Engine): Promise<void> {
  return engine.addOwnTables(db);
}

/** All columns that trials are filtered and ordered by, beside each other: their networks, ten times as large, are not read. */
async function indexColumns(db: Queries): Promise<void> {
  const outcome = ['status', 'error', 'bestError', 'attempt', 'rung', 'waitingAt'] as const;
  const work = ['flops', 'params', 'activations', 'cost', 'seed'] as const;
  const network = ['depth', 'stages', 'groupWidth', 'bottleneckRatio', 'seRatio', 'block'] as const;
  await db.schema
    .createIndex('trialsByColumns')
    .on('trials')
    .columns(['sweepId', 'position', 'id', 'space', ...outcome, ...work, ...network, ...widthColumns])
    .execute();
}

function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull();
}
