/** All trials of a sweep as a file, sent while they are read: a few hundred are in memory at a time. */
import { formatTrials } from '@netspace/population/population';
import type { Trial } from '@netspace/population/trial';
import { writeCsv } from '@netspace/population/trials-csv';
import type { Store, Sweep } from '@netspace/store/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Context } from './context.ts';
import { endpoints } from './endpoints.ts';
import { matches } from './etags.ts';
import { serve } from './route.ts';

export function serveDownloads(server: FastifyInstance, context: Context): void {
  for (const extension of extensions)
    serve(server, endpoints[extension], ({ params }, reply, request) =>
      send(context, params.sweep, { reply, request, extension }),
    );
}

const extensions = ['csv', 'jsonl', 'parquet'] as const;
type Extension = (typeof extensions)[number];

interface Download {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly extension: Extension;
}

async function send(
  { store, watcher, settings }: Context,
  sweepId: number,
  { request, reply, extension }: Download,
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
    .send(Readable.from(encode(store, sweep.id, extension), { objectMode: false }));
}

/** Letters, digits and dashes alone: a name may hold anything. */
function fileName({ name, id }: Sweep): string {
  const plain = name.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return `${plain === '' ? 'sweep' : plain.slice(0, 60)}-${id}`;
}

async function* encode(
  store: Store,
  sweepId: number,
  extension: Extension,
): AsyncGenerator<string | Uint8Array> {
  const trials = (): AsyncIterable<Trial> => inTurns(store.population(sweepId));
  if (extension === 'parquet') {
    // Loaded late: few ask for it.
    const { writeParquet } = await import('@netspace/population/parquet-write');
    return yield* writeParquet(trials);
  }
  if (extension === 'csv') for await (const some of inHundreds(writeCsv(trials))) yield some.join('');
  else for await (const some of inHundreds(trials())) yield formatTrials(some);
}

/** Others come between two hundreds of trials, however fast the store yields them and the client takes them. */
async function* inTurns<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  let count = 0;
  for await (const item of items) {
    yield item;
    count++;
    if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function* inHundreds<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length < 100) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
