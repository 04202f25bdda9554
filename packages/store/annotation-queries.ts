/** Notes and tags of sweeps and trials. */
import type { Engine, Queries } from './engine.ts';
import type { Annotation, AnnotationChange } from './watch.ts';

const nothing: Annotation = { note: '', tags: [] };

/** All sweeps that have one. */
export async function sweepAnnotations(engine: Engine): Promise<ReadonlyMap<number, Annotation>> {
  const rows = await engine.db.selectFrom('sweepNotes').selectAll().execute();
  return new Map(rows.map((row) => [row.sweepId, readAnnotation(row)]));
}

export async function trialAnnotation(engine: Engine, trialId: number): Promise<Annotation> {
  const row = await engine.db
    .selectFrom('trialNotes')
    .selectAll()
    .where('trialId', '=', trialId)
    .executeTakeFirst();
  return row ? readAnnotation(row) : nothing;
}

export function annotateSweep(
  engine: Engine,
  sweepId: number,
  change: AnnotationChange,
): Promise<Annotation> {
  return engine.db.transaction().execute(async (db) => {
    await db
      .insertInto('sweepNotes')
      .values({ sweepId, note: '', tags: '[]', ...columnsOf(change) })
      .onConflict((conflict) => conflict.column('sweepId').doUpdateSet(columnsOf(change)))
      .execute();
    return readAnnotation(
      await db.selectFrom('sweepNotes').selectAll().where('sweepId', '=', sweepId).executeTakeFirstOrThrow(),
    );
  });
}

export function annotateTrial(
  engine: Engine,
  trialId: number,
  change: AnnotationChange,
): Promise<Annotation> {
  return engine.db.transaction().execute(async (db) => {
    await db
      .insertInto('trialNotes')
      .values({ trialId, note: '', tags: '[]', ...columnsOf(change) })
      .onConflict((conflict) => conflict.column('trialId').doUpdateSet(columnsOf(change)))
      .execute();
    return readAnnotation(
      await db.selectFrom('trialNotes').selectAll().where('trialId', '=', trialId).executeTakeFirstOrThrow(),
    );
  });
}

function columnsOf(change: AnnotationChange): { note: string } | { tags: string } {
  return 'note' in change ? { note: change.note } : { tags: JSON.stringify(change.tags) };
}

function readAnnotation({ note, tags }: { note: string; tags: string }): Annotation {
  return { note, tags: JSON.parse(tags) as string[] };
}

/** Version of the store with notes, and with what watching needs to be quick. */
export async function addWatching(db: Queries): Promise<void> {
  for (const [table, owner, owners] of [
    ['sweepNotes', 'sweepId', 'sweeps.id'],
    ['trialNotes', 'trialId', 'trials.id'],
  ] as const)
    await db.schema
      .createTable(table)
      .addColumn(owner, 'bigint', (c) => c.primaryKey().references(owners).onDelete('cascade'))
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('tags', 'text', (c) => c.notNull())
      .execute();
  await db.schema.createIndex('attemptsByEnd').on('attempts').columns(['finishedAt']).execute();
  await db.schema
    .createIndex('trialsBySpace')
    .on('trials')
    .columns(['sweepId', 'status', 'space', 'error'])
    .execute();
}
