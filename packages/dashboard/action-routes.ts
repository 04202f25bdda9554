/** What may be changed where it is allowed: trials again, cancelled or removed; notes and tags. Nothing else. */
import type { Annotation } from '@netspace/store/watch';
import { checkpointFolder, removeCheckpoints, tidyCheckpoints } from '@netspace/sweep/checkpoints';
import { refuseRetry } from '@netspace/sweep/plan-hash';
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { HttpError } from './http-error.ts';
import { plainLine } from './plain-line.ts';
import { serveJson } from './route.ts';

export function serveActions(server: FastifyInstance, { store, watcher, settings }: Context): void {
  const tell = (what: string): void => settings.log(plainLine(`from a page: ${what}`));
  const changed = (sweepId: number): void => watcher.publish({ kind: 'changed', sweepIds: [sweepId] });

  for (const [verb, endpoint] of [
    ['retry', endpoints.retry],
    ['cancel', endpoints.cancel],
  ] as const)
    serveJson(server, endpoint, async ({ params }) => {
      const sweep = await store.findSweep(`#${params.sweep}`);
      const refusal = verb === 'retry' ? refuseRetry(sweep) : undefined;
      if (refusal !== undefined) throw new HttpError(409, 'no-plan', refusal);
      const trials =
        verb === 'retry' ? await store.retryTrials(sweep.id) : await store.cancelTrials(sweep.id);
      await tidyCheckpoints(checkpointFolder(store.location), store, sweep);
      tell(`${verb} sweep ${sweep.name} (#${sweep.id}): ${trials} trials`);
      changed(sweep.id);
      return { sweep: sweep.id, trials };
    });

  serveJson(server, endpoints.remove, async ({ params }) => {
    const sweep = await store.findSweep(`#${params.sweep}`);
    const trials = Object.values(sweep.counts).reduce((sum, count) => sum + count, 0);
    await store.deleteSweep(sweep.id);
    removeCheckpoints(checkpointFolder(store.location), sweep);
    tell(`delete sweep ${sweep.name} (#${sweep.id}): ${trials} trials`);
    changed(sweep.id);
    return { sweep: sweep.id, trials };
  });

  for (const endpoint of [endpoints.sweepNote, endpoints.sweepTags] as const)
    serveJson(server, endpoint, async ({ params, body }) => {
      const sweep = await store.findSweep(`#${params.sweep}`);
      const annotation = await store.annotateSweep(sweep.id, body);
      changed(sweep.id);
      return copy(annotation);
    });

  for (const endpoint of [endpoints.trialNote, endpoints.trialTags] as const)
    serveJson(server, endpoint, async ({ params, body }) => {
      const { trial } = await store.trialHistory(params.trial);
      const annotation = await store.annotateTrial(trial.id, body);
      changed(trial.sweepId);
      return copy(annotation);
    });
}

function copy({ note, tags }: Annotation): { note: string; tags: string[] } {
  return { note, tags: [...tags] };
}
