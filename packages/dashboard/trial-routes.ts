/** Trials: pages of a table, and one trial with all that is known of it. */
import type { StoredTrial, TrialQuery } from '@netspace/store/store';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { HttpError } from './http-error.ts';
import { serveJson } from './route.ts';
import { trainAgain } from './train-again.ts';
import type { trialQuerySchema, TrialDetail, TrialRow } from './trial-schema.ts';

export function serveTrials(server: FastifyInstance, { store }: Context): void {
  serveJson(server, endpoints.trials, async ({ params, query }) => {
    const sweep = await store.findSweep(`#${params.sweep}`);
    const trials = await store.trials(sweep.id, storeQuery(query));
    return { total: totalOf(sweep.counts, query.status), trials: trials.map(rowOf) };
  });

  serveJson(server, endpoints.trial, async ({ params }): Promise<TrialDetail> => {
    const { trial, attempts } = await store.trialHistory(params.trial);
    const sweep = await store.findSweep(`#${trial.sweepId}`);
    const annotation = await store.trialAnnotation(trial.id);
    const again = trainAgain(trial, sweep);
    return plain({
      ...trial,
      attempts,
      annotation,
      ...(again !== undefined && { trainAgain: again }),
    });
  });
}

/** The store's data are readonly, the schema's are not; they are the same JSON. */
function plain(detail: object): TrialDetail {
  return detail as TrialDetail;
}

function rowOf({
  evaluation: _evaluation,
  provenance: _provenance,
  curve: _curve,
  ...row
}: StoredTrial): TrialRow {
  return row as TrialRow;
}

function storeQuery(query: z.infer<typeof trialQuerySchema>): TrialQuery {
  const { limit, offset, order, status } = query;
  if (order !== 'index' && order !== 'error')
    throw new HttpError(400, 'not-understood', 'query, order: index or error');
  return { limit, offset, order, ...(status && { statuses: status }) };
}

function totalOf(counts: Readonly<Record<string, number>>, statuses?: readonly string[]): number {
  return Object.entries(counts)
    .filter(([status]) => statuses === undefined || statuses.includes(status))
    .reduce((sum, [, count]) => sum + count, 0);
}
