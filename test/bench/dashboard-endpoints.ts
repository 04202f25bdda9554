/** What each endpoint of the dashboard takes, asked by autocannon, and by ourselves where the store must change before each question. */
import type { Store } from '@netspace/store/store';
import autocannon from 'autocannon';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/** Addresses of all kinds of answers, pages in the middle and filters by columns and by keys of recipes among them. */
export async function pathsOf(store: Store, sweep: number): Promise<string[]> {
  const [trial] = await store.trials(sweep, { limit: 1 });
  const selections = ['regnetx', 'anynet-a'].map((space) => JSON.stringify({ sweep, space }));
  const both = new URLSearchParams(selections.map((text) => ['selection', text]));
  const filter = new URLSearchParams({ where: 'error < 0.2 and depth > 12', order: 'flops' });
  const key = new URLSearchParams({ where: 'learningRate > 0.15' });
  const many = new URLSearchParams({
    where: 'error < 0.5 and (learningRate > 0.05 or depth3 > 4) and epochs = 10 and reason = none',
    order: 'learningRate',
    descending: 'true',
  });
  const trials = `/api/sweeps/${sweep}/trials`;
  return [
    '/',
    '/api/about',
    '/api/openapi.json',
    '/api/sweeps',
    `/api/sweeps/${sweep}`,
    trials,
    `${trials}?order=error&descending=true&offset=20000`,
    `${trials}?${filter}`,
    `${trials}?${key}`,
    `${trials}?${many}`,
    `${trials}?order=learningRate&offset=20000`,
    `/api/trials/${trial?.id}`,
    `/api/edfs?${both}`,
    `/api/comparison?${both}`,
    `/api/analysis?${both}`,
    `/api/sweeps/${sweep}/analysis`,
    '/api/spaces',
    '/api/spaces/regnetx',
    '/api/spaces/regnetx/count',
    '/api/spaces/regnetx/sample?n=100&seed=1',
    '/api/zoo',
    '/api/reports',
  ];
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** Questions a second of all connections; without it each asks as soon as it has its answer. */
  readonly rate?: number;
}

/** Milliseconds of each answer; one that is no success throws. */
export function askByAutocannon(link: string, paths: readonly string[], load: Load): Promise<number[]> {
  const times: number[] = [];
  const options = {
    url: link,
    connections: load.connections,
    duration: load.seconds,
    ...(load.rate !== undefined && { overallRate: load.rate }),
    requests: paths.map((path) => ({ path })),
  };
  return new Promise((resolve, reject) => {
    const run = autocannon(options, (error: Error | null, { errors, non2xx }) => {
      if (error) reject(error);
      else if (errors + non2xx === 0) resolve(times);
      else reject(new Error(`${paths.join(' ')}: ${errors} errors, ${non2xx} refusals`));
    });
    run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
}

/** Milliseconds to the first answer that is no promise: what takes long is computed in threads, and kept until the trials change. */
export async function untilReady(link: string, path: string): Promise<number> {
  const start = performance.now();
  while ((await (await fetch(new URL(path, link))).text()).startsWith('{"state":"computing"'))
    await pause(50);
  return performance.now() - start;
}

/** Milliseconds of answers each of which is the first after a change in the store, so that nothing that was kept will do. */
export async function askAfterChanges(
  link: string,
  path: string,
  { store, sweep, times }: { readonly store: Store; readonly sweep: number; readonly times: number },
): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    await store.annotateSweep(sweep, { note: `note ${i}` });
    const start = performance.now();
    await (await fetch(new URL(path, link))).arrayBuffer();
    taken.push(performance.now() - start);
  }
  return taken;
}
