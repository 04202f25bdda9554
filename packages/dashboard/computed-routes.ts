/** What threads compute: EDFs and comparisons of selections, analyses of sweeps. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { serve } from './route.ts';
import type { Task } from './task.ts';

export function serveComputed(server: FastifyInstance, { computations }: Context): void {
  const answer = async (reply: FastifyReply, task: Task): Promise<unknown> =>
    reply.type('application/json; charset=utf-8').send(await computations.answer(task));
  serve(server, endpoints.edfs, ({ query }, reply) =>
    answer(reply, { kind: 'edfs', selections: query.selection }),
  );
  serve(server, endpoints.comparison, ({ query }, reply) =>
    answer(reply, { kind: 'comparison', selections: query.selection }),
  );
  serve(server, endpoints.selectionAnalysis, ({ query }, reply) =>
    answer(reply, { kind: 'selections', selections: query.selection }),
  );
  serve(server, endpoints.report, ({ query }, reply) =>
    answer(reply, { kind: 'report', selections: query.selection }),
  );
  serve(server, endpoints.analysis, ({ params }, reply) =>
    answer(reply, { kind: 'analysis', selections: [{ sweep: params.sweep }] }),
  );
}
