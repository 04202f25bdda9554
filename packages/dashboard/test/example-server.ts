/** The server on a small store, as tests want it: any settings, any defence left out. */
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { computeInThreads } from '../computations.ts';
import { usualLimits, type Settings } from '../context.ts';
import { keepAnswers } from '../kept-answers.ts';
import { buildServer, type Defence } from '../server.ts';
import { watchStore, type Watcher } from '../watcher.ts';
import { makeStore, type ExampleStore } from './example-store.ts';

export interface ExampleServer extends ExampleStore {
  readonly server: FastifyInstance;
  /** What was told to whoever started the server. */
  readonly log: readonly string[];
  /** As if the store had changed. */
  readonly publish: Watcher['publish'];
  close(): Promise<void>;
}

export interface ExampleOptions {
  readonly settings?: Partial<Settings>;
  readonly without?: readonly Defence[];
  /** Is given the store before the server is made. */
  readonly store?: ExampleStore;
}

/** Requests by `inject` call the host "localhost:80". */
export async function makeServer(options: ExampleOptions = {}): Promise<ExampleServer> {
  const example = options.store ?? (await makeStore());
  const log: string[] = [];
  const settings: Settings = {
    allowWrite: false,
    hosts: ['localhost', '127.0.0.1', '[::1]'],
    pages: fileURLToPath(new URL('../dist/pages/', import.meta.url)),
    log: (line) => void log.push(line),
    limits: usualLimits,
    ...options.settings,
  };
  const watcher = watchStore(example.store, settings.log);
  const computations = computeInThreads(example.location, watcher);
  const server = buildServer(
    { store: example.store, settings, watcher, computations, answers: keepAnswers(example.store) },
    options.without,
  );
  return {
    ...example,
    server,
    log,
    publish: watcher.publish,
    close: async () => {
      watcher.close();
      await server.close();
      await computations.close();
      await example.remove();
    },
  };
}
