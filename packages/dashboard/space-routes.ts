/** Design spaces and published models: what the commands space, sample and zoo print. */
import { parseRange } from '@netspace/network/quantity';
import { zoo } from '@netspace/network/zoo';
import { builtinSpaces, findSpace } from '@netspace/space/builtin';
import { formatSpace } from '@netspace/space/space';
import type { Window } from '@netspace/space/window';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { serve, serveJson } from './route.ts';
import type { sampleQuerySchema, Zoo } from './space-schema.ts';

export function serveSpaces(server: FastifyInstance, { computations }: Context): void {
  serveJson(server, endpoints.spaces, () => ({
    spaces: builtinSpaces().map(({ name, sentence }) => ({ name, sentence })),
  }));
  serveJson(server, endpoints.space, ({ params }) => ({ ...formatSpace(findSpace(params.space)) }));
  serve(server, endpoints.spaceCount, async ({ params }, reply) => {
    const space = findSpace(params.space).name;
    return reply
      .type('application/json; charset=utf-8')
      .send(await computations.answer({ kind: 'count', space }));
  });
  serve(server, endpoints.spaceSample, async ({ params, query }, reply) => {
    const space = findSpace(params.space).name;
    const { n: count, seed, resolution } = query;
    const window = windowOf(query);
    return reply
      .type('application/json; charset=utf-8')
      .send(await computations.answer({ kind: 'sample', space, count, seed, resolution, window }));
  });
  // Models are plain data that nobody changes.
  serveJson(server, endpoints.zoo, () => ({ models: zoo as unknown as Zoo['models'] }));
}

function windowOf({ flops, params, activations }: z.infer<typeof sampleQuerySchema>): Window {
  return {
    ...(flops !== undefined && { flops: parseRange(flops) }),
    ...(params !== undefined && { params: parseRange(params) }),
    ...(activations !== undefined && { activations: parseRange(activations) }),
  };
}
