/** The version of a store in which trials are found by what their networks are. */
import type { Network } from '@netspace/network/network';
import type { Queries } from './engine.ts';
import { networkColumns, widthColumns } from './network-columns.ts';

const pageSize = 1000;

/** Fills the columns for the trials that are there. */
export async function addNetworkColumns(db: Queries): Promise<void> {
  const integers = ['depth', 'stages', ...widthColumns] as const;
  for (const column of integers) await db.schema.alterTable('trials').addColumn(column, 'integer').execute();
  for (const column of ['groupWidth', 'bottleneckRatio', 'seRatio'] as const)
    await db.schema.alterTable('trials').addColumn(column, 'double precision').execute();
  await db.schema.alterTable('trials').addColumn('block', 'text').execute();
  for (let from = 0; ;) {
    const rows = await db
      .selectFrom('trials')
      .select(['id', 'network'])
      .where('id', '>', from)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    for (const { id, network } of rows)
      await db
        .updateTable('trials')
        .set(networkColumns(JSON.parse(network) as Network))
        .where('id', '=', id)
        .execute();
    const last = rows.at(-1);
    if (!last) return;
    from = last.id;
  }
}
