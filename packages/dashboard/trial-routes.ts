/** Trials: pages of a table, and one trial with all that is known of it. */
import type { StoredTrial, TrialQuery } from '@netspace/store/store';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { serveJson } from './route.ts';
import { trainAgain } from './train-again.ts';
import type { trialQuerySchema, TrialDetail, TrialRow } from './trial-schema.ts';

export function serveTrials(server: FastifyInstance, { store }: Context): void {
  serveJson(server, endpoints.trials, async ({ params, query }) => {
    const sweep = await store.findSweep(`#${params.sweep}`);
    const wanted = storeQuery(query);
    const [total, trials] = await Promise.all([
      store.countMatches(sweep.id, wanted),
      store.trials(sweep.id, wanted),
    ]);
    return { total, trials: trials.map(rowOf) };
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
  fit: _fit,
  ...row
}: StoredTrial): TrialRow {
  return row as TrialRow;
}

function storeQuery(query: z.infer<typeof trialQuerySchema>): TrialQuery {
  const { limit, offset, order, descending, status, space, where = '' } = query;
  return {
    limit,
    offset,
    sort: `${descending ? '-' : ''}${order}`,
    ...(status && { statuses: status }),
    ...(space !== undefined && { spaces: [space] }),
    ...(where.trim() !== '' && { where }),
  };
}
