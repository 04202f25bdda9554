/** All trials of a sweep as a file, sent while they are read: a few hundred are in memory at a time. */
import { formatTrials } from '@netspace/population/population';
import { writeCsv } from '@netspace/population/trials-csv';
import type { Store, Sweep } from '@netspace/store/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { matches } from './etags.ts';
import { serve } from './route.ts';

export function serveDownloads(server: FastifyInstance, context: Context): void {
  serve(server, endpoints.csv, ({ params }, reply, request) =>
    send(context, params.sweep, { reply, request, extension: 'csv', format: table }),
  );
  serve(server, endpoints.jsonl, ({ params }, reply, request) =>
    send(context, params.sweep, { reply, request, extension: 'jsonl', format: jsonLines }),
  );
}

interface Download {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly extension: 'csv' | 'jsonl';
  readonly format: (store: Store, sweepId: number) => AsyncIterable<string>;
}

async function send(
  { store, watcher, settings }: Context,
  sweepId: number,
  { request, reply, extension, format }: Download,
): Promise<unknown> {
  await watcher.refresh();
  const sweep = await store.findSweep(`#${sweepId}`);
  // Weak: of the same trials the same file, though nobody has compared the bytes.
  const tag = `W/"${sweep.id}-${await store.version()}"`;
  reply.header('etag', tag);
  if (matches(request.headers['if-none-match'], tag)) return reply.status(304).send();
  // Who takes nothing of it for so long does not keep the store busy.
  reply.raw.setTimeout(settings.limits.stallTimeout, () => reply.raw.destroy());
  return reply
    .header('content-disposition', `attachment; filename="${fileName(sweep)}.${extension}"`)
    .type(endpoints[extension].answer.contentType)
    .send(Readable.from(format(store, sweep.id), { objectMode: false }));
}

/** Letters, digits and dashes alone: a name may hold anything. */
function fileName({ name, id }: Sweep): string {
  const plain = name.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return `${plain === '' ? 'sweep' : plain.slice(0, 60)}-${id}`;
}

async function* table(store: Store, sweepId: number): AsyncGenerator<string> {
  for await (const some of inHundreds(writeCsv(() => store.population(sweepId)))) yield some.join('');
}

async function* jsonLines(store: Store, sweepId: number): AsyncGenerator<string> {
  for await (const some of inHundreds(store.population(sweepId))) yield formatTrials(some);
}

async function* inHundreds<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length < 100) continue;
    yield some;
    some = [];
    // Others come between two pieces, however fast the client takes them.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (some.length > 0) yield some;
}
