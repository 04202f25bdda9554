/** Trials: pages of a table, and one trial with all that is known of it. */
import type { StoredTrial, TrialQuery } from '@netspace/store/store';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { serveKept } from './route.ts';
import { trainAgain } from './train-again.ts';
import type { trialQuerySchema, TrialDetail, TrialRow } from './trial-schema.ts';

export function serveTrials(server: FastifyInstance, { store, answers }: Context): void {
  const keeping = { answers, ages: false };
  serveKept(server, endpoints.trials, keeping, async ({ params, query }) => {
    const wanted = storeQuery(query);
    const [total, trials] = await Promise.all([
      store.countMatches(params.sweep, wanted),
      store.trials(params.sweep, wanted),
    ]);
    // Throws where there is no such sweep; looked up then alone, for its trials are counted for that.
    if (total === 0) await store.findSweep(`#${params.sweep}`);
    return { total, trials: trials.map(rowOf) };
  });

  serveKept(server, endpoints.trial, keeping, async ({ params }): Promise<TrialDetail> => {
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

function rowOf({ curve: _curve, fit: _fit, ...row }: StoredTrial): TrialRow {
  return row as TrialRow;
}

function storeQuery(query: z.infer<typeof trialQuerySchema>): TrialQuery {
  const { limit, offset, order, descending, status, space, where = '' } = query;
  return {
    limit,
    offset,
    brief: true,
    sort: `${descending ? '-' : ''}${order}`,
    ...(status && { statuses: status }),
    ...(space !== undefined && { spaces: [space] }),
    ...(where.trim() !== '' && { where }),
  };
}
