import { writeParquet } from '@netspace/population/parquet-write';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { endpoints } from '../endpoints.ts';
import { makeServer, type ExampleServer } from './example-server.ts';
import { importTrials, plannedTrial, planSweep } from './example-store.ts';

let example: ExampleServer | undefined;

afterEach(async () => {
  await example?.close();
  example = undefined;
});

async function start(): Promise<ExampleServer> {
  example = await makeServer();
  return example;
}

/** What comes must be just what the schema says, no key more: pages and document rely on it. */
async function read<E extends Endpoint & { answer: z.ZodType }>(
  { server }: ExampleServer,
  endpoint: E,
  url: string,
): Promise<z.output<E['answer']>> {
  const answer = await server.inject(url);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  const parsed = endpoint.answer.parse(answer.json());
  expect(parsed).toEqual(answer.json());
  return parsed as z.output<E['answer']>;
}

/** Asks until the computation is done. */
async function readComputed<E extends Endpoint & { answer: z.ZodType }>(
  server: ExampleServer,
  endpoint: E,
  url: string,
): Promise<unknown> {
  for (;;) {
    const answer = (await read(server, endpoint, url)) as { state: string; result: unknown };
    if (answer.state === 'ready') return answer.result;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const selectionOf = (...selections: object[]): string =>
  selections.map((each) => `selection=${encodeURIComponent(JSON.stringify(each))}`).join('&');

describe('the API', () => {
  it('has all sweeps with what netspace status tells of them', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 10 });
    const { sweeps } = await read(server, endpoints.sweeps, '/api/sweeps');
    expect(sweeps).toMatchObject([
      { id, name: 'imported', counts: { completed: 8, failed: 2 }, leastError: 0.1 },
    ]);
  });

  it('has a sweep with its workers, the time left by cost, and its failures with their reasons', async () => {
    const server = await start();
    const id = await planSweep(server.store, [4, 3, 2, 1].map(plannedTrial));
    const terms = { owner: 'host:1', milliseconds: 60_000 };
    const first = await server.store.leaseTrial(id, terms);
    const second = await server.store.leaseTrial(id, terms);
    if (!first || !second) throw new Error('nothing to lease');
    await server.store.finishTrial(first, { status: 'failed', reason: 'no <b>memory</b>' });
    await server.store.recordEpoch(second, { epoch: 1, validationError: 0.5, imagesPerSecond: 9 });
    const sweep = await read(server, endpoints.sweep, `/api/sweeps/${id}`);
    expect(sweep).toMatchObject({
      spaces: ['regnetx'],
      workers: [{ owner: 'host:1', trialId: second.trialId, epoch: 1, epochs: 2, imagesPerSecond: 9 }],
      failures: [{ trialId: first.trialId, reason: 'no <b>memory</b>' }],
    });
    expect(sweep.secondsLeft).toBeGreaterThanOrEqual(0);
    // The list tells the same of a sweep that runs, and no speed of one that rests.
    await importTrials(server.store, { a: 2 });
    const [resting, running] = (await read(server, endpoints.sweeps, '/api/sweeps')).sweeps;
    expect(running).toMatchObject({ id, trialsPerHour: expect.any(Number), secondsLeft: expect.any(Number) });
    expect(resting).not.toHaveProperty('trialsPerHour');
    expect(resting).not.toHaveProperty('secondsLeft');
  });

  it('tells how many trials failed, and of no more than 100 why', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 600 });
    const sweep = await read(server, endpoints.sweep, `/api/sweeps/${id}`);
    expect(sweep.counts.failed).toBe(120);
    expect(sweep.failures).toHaveLength(100);
    expect(Math.min(...sweep.failures.map(({ index }) => index))).toBe(104);
  });

  it('has trials page by page, in the order of their errors, with their number', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 10 });
    const page = await read(
      server,
      endpoints.trials,
      `/api/sweeps/${id}/trials?order=error&limit=2&offset=1&status=completed`,
    );
    expect(page.total).toBe(8);
    expect(page.trials.map(({ error }) => error)).toEqual([0.11, 0.12]);
  });

  it('has trials that a filter lets through, in the order of any column, and says what is wrong with a filter', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 10, 'b "c"': 10 });
    const search = new URLSearchParams({
      where: 'error < 15% or flops > 9k',
      order: 'flops',
      descending: 'true',
    });
    const url = `/api/sweeps/${id}/trials?${search}`;
    const page = await read(server, endpoints.trials, `${url}&limit=3&space=b+%22c%22`);
    expect(page.total).toBe(5);
    expect(page.trials.map(({ flops, space }) => [flops, space])).toEqual([
      [10_000, 'b "c"'],
      [4000, 'b "c"'],
      [3000, 'b "c"'],
    ]);
    const refused = await server.server.inject(`/api/sweeps/${id}/trials?where=eror+%3C+1`);
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({
      error: {
        code: 'filter-invalid',
        message: 'filter, position 1: there is no column "eror"; did you mean error?',
      },
    });
  });

  it('has a trial with its curve, its attempts, its environment, and a command that trains it again', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 1 });
    const [first] = await server.store.trials(id);
    const trial = await read(server, endpoints.trial, `/api/trials/${first?.id}`);
    expect(trial).toMatchObject({ provenance: { host: 'h' }, attempts: [{ curve: [{}, { epoch: 2 }] }] });
    expect(trial.trainAgain).toBeUndefined();
    const planned = await planSweep(server.store, [plannedTrial(1)]);
    const [own] = await server.store.trials(planned);
    const { trainAgain } = await read(server, endpoints.trial, `/api/trials/${own?.id}`);
    // The name of the data set ends no text of the shell.
    expect(trainAgain).toContain(String.raw`--data 'fashion-mnist'\''; rm -rf /' --recipe`);
    expect(trainAgain).toContain('--seed 7');
  });

  it('has the EDFs of what a filter lets through alone, and refuses a filter that it cannot read', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 5, b: 10 });
    const url = `/api/edfs?${selectionOf({ sweep: id, space: 'b', where: 'error < 0.125' }, { sweep: id, where: 'status = failed' })}`;
    expect(await readComputed(server, endpoints.edfs, url)).toMatchObject({
      edfs: [
        { name: 'imported#b error < 0.125', n: 3, failed: 0, median: 0.11 },
        { n: 3, failed: 3, median: 1 },
      ],
    });
    const refused = await server.server.inject(`/api/edfs?${selectionOf({ sweep: id, where: 'eror < 1' })}`);
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ error: { code: 'filter-invalid' } });
  });

  it('has the EDFs of selections, in which what failed counts with error 1', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 5, b: 10 });
    const url = `/api/edfs?${selectionOf({ sweep: id }, { sweep: id, space: 'a' })}`;
    expect(await readComputed(server, endpoints.edfs, url)).toMatchObject({
      edfs: [
        { n: 15, failed: 3, min: 0.1 },
        {
          name: 'imported#a',
          n: 5,
          failed: 1,
          median: 0.12,
          edf: [
            [0.1, 0.2],
            [0.11, 0.4],
            [0.12, 0.6],
            [0.13, 0.8],
            [1, 1],
          ],
        },
      ],
    });
  });

  it('compares selections pairwise, and says what is not to be compared', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 20, b: 20 });
    const of = (space: string): object => ({ sweep: id, space });
    const url = `/api/comparison?${selectionOf(of('a'), of('b'))}`;
    expect(await readComputed(server, endpoints.comparison, url)).toMatchObject({
      pairs: [{ a: 'imported#a', b: 'imported#b', ks: { statistic: 0 }, better: null }],
    });
    const none = await server.server.inject(`/api/comparison?${selectionOf(of('a'), of('c'))}`);
    expect(none.statusCode).toBe(409);
    expect(none.json()).toMatchObject({
      error: { message: expect.stringContaining('no network has a result') },
    });
  });

  it('has the analysis of a sweep, with ranges of parameters and EDFs at equal complexity', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 20, b: 20 });
    const result = await readComputed(server, endpoints.analysis, `/api/sweeps/${id}/analysis`);
    expect(result).toMatchObject({
      groups: [
        { name: 'a', n: 20, failed: 4, parameters: { depth: { low: 1, median: 1, high: 1 } } },
        { name: 'b', n: 20 },
      ],
      normalized: expect.arrayContaining([expect.objectContaining({ measure: 'flops' })]),
    });
  });

  it('has the analysis of selections as groups of their own, filtered ones and those of other sweeps, at equal complexity', async () => {
    const server = await start();
    const first = await importTrials(server.store, { a: 30, b: 30 });
    const second = await importTrials(server.store, { a: 30 }, 'other');
    const url = `/api/analysis?${selectionOf(
      { sweep: first, where: 'flops <= 10k' },
      { sweep: second, space: 'a' },
      { sweep: first, space: 'b' },
    )}`;
    const result = (await readComputed(server, endpoints.selectionAnalysis, url)) as {
      normalized: { measure: string; spaces: { name: string; n: number; used: number; mean: number }[] }[];
    };
    expect(result).toMatchObject({
      groups: [
        { name: 'imported flops <= 10k', n: 20, failed: 4 },
        { name: 'other#a', n: 30 },
        { name: 'imported#b', n: 30 },
      ],
      // The ten cheapest of b are in the first selection as well.
      notes: expect.arrayContaining([expect.stringContaining('10 networks are in more than one')]),
    });
    const [flops] = result.normalized;
    expect(flops?.measure).toBe('flops');
    // What is compared lies in 1k to 10k flops, where each has every value as often: errors 0.1 to 0.19, of which two failed.
    expect(flops?.spaces.map(({ used }) => used)).toEqual([20, 10, 10]);
  });

  it('makes a report on selections in which each is a group, whatever spaces are in it', async () => {
    const server = await start();
    const first = await importTrials(server.store, { a: 12, b: 12 });
    const second = await importTrials(server.store, { a: 12 }, 'other');
    const url = (...of: object[]): string => `/api/report?${selectionOf(...of)}`;
    const both = (await readComputed(server, endpoints.report, url({ sweep: first }, { sweep: second }))) as {
      title: string;
      html: string;
    };
    expect(both.title).toBe('imported, other');
    const spacesOf = (html: string): string[] =>
      [...html.matchAll(/data-space="\d+"[^>]*>\s*<svg.*?<\/svg>\s*(.*?)\s*<\/button>/gs)].map(
        ([, name = '']) => name,
      );
    expect(spacesOf(both.html)).toEqual(['imported', 'other']);
    const one = (await readComputed(server, endpoints.report, url({ sweep: first }))) as { html: string };
    expect(spacesOf(one.html)).toEqual(['a', 'b']);
  });

  it('makes reports that ask for refinements of the spaces that networks were sampled from', async () => {
    const server = await start();
    const id = await planSweep(
      server.store,
      Array.from({ length: 12 }, () => plannedTrial(1)),
    );
    for (let i = 0; i < 12; i++) {
      const lease = await server.store.leaseTrial(id, { owner: 'o', milliseconds: 60_000 });
      if (lease) await server.store.finishTrial(lease, { status: 'completed', error: 0.1 + i / 100 });
    }
    const imported = await importTrials(server.store, { a: 12 });
    const refined = async (...of: object[]): Promise<string | undefined> => {
      const url = `/api/report?${selectionOf(...of)}`;
      const { html } = (await readComputed(server, endpoints.report, url)) as { html: string };
      return /constraints of (.*?) tested together/.exec(html.replaceAll(/<[^>]*>/g, ''))?.[1];
    };
    expect(await refined({ sweep: id })).toBe('regnetx');
    expect(await refined({ sweep: id, space: 'regnetx' }, { sweep: imported })).toBe('planned#regnetx');
    expect(await refined({ sweep: imported })).toBeUndefined();
  });

  it('computes anew when a trial has ended since', async () => {
    const server = await start();
    const id = await planSweep(server.store, [plannedTrial(1), plannedTrial(2)]);
    const url = `/api/edfs?${selectionOf({ sweep: id })}`;
    const end = async (error: number): Promise<void> => {
      const lease = await server.store.leaseTrial(id, { owner: 'o', milliseconds: 60_000 });
      if (lease) await server.store.finishTrial(lease, { status: 'completed', error });
    };
    await end(0.5);
    expect(await readComputed(server, endpoints.edfs, url)).toMatchObject({ edfs: [{ n: 1 }] });
    await end(0.25);
    expect(await readComputed(server, endpoints.edfs, url)).toMatchObject({ edfs: [{ n: 2, min: 0.25 }] });
  });

  it('rests before it computes the same again, so that a sweep that runs keeps its processors, and shows the older result', async () => {
    const server = await start();
    const spaces = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`space ${i}`, 85]));
    const imported = await importTrials(server.store, spaces);
    const id = await planSweep(server.store, [plannedTrial(1)]);
    const url = `/api/analysis?${selectionOf({ sweep: imported }, { sweep: id })}`;
    const first = await readComputed(server, endpoints.selectionAnalysis, url);
    const lease = await server.store.leaseTrial(id, { owner: 'o', milliseconds: 60_000 });
    if (lease) await server.store.finishTrial(lease, { status: 'completed', error: 0.5 });
    const ended = performance.now();
    expect(await read(server, endpoints.selectionAnalysis, url)).toEqual({ state: 'stale', result: first });
    const second = (await readComputed(server, endpoints.selectionAnalysis, url)) as { groups: unknown[] };
    // 2,550 trials take more than 20 ms.
    expect(performance.now() - ended).toBeGreaterThan(200);
    expect(second.groups).toHaveLength(2);
  });

  it('has the built-in spaces, their sizes, samples of them, and the published models', async () => {
    const server = await start();
    const { spaces } = await read(server, endpoints.spaces, '/api/spaces');
    expect(spaces.map(({ name }) => name)).toContain('regnetx');
    expect(await read(server, endpoints.space, '/api/spaces/anynet-a')).toMatchObject({ name: 'anynet-a' });
    // Table 1 of the paper: (16 · 128 · 3 · 6)^4 points, about 1.8e18.
    expect(await readComputed(server, endpoints.spaceCount, '/api/spaces/anynet-a/count')).toMatchObject({
      dimensions: 16,
      exact: true,
      size: expect.stringMatching(/^1\d{18}$/),
    });
    const url = '/api/spaces/regnetx/sample?n=3&seed=5&flops=100M:2G';
    const sample = (await readComputed(server, endpoints.spaceSample, url)) as {
      networks: { flops: number }[];
    };
    expect(sample.networks).toHaveLength(3);
    for (const { flops } of sample.networks) expect(flops).toBeLessThanOrEqual(2e9);
    const { models } = await read(server, endpoints.zoo, '/api/zoo');
    expect(models.find(({ name }) => name === 'RegNetX-200MF')?.params).toBe(2_684_792);
  });

  it('has all trials as JSONL and as CSV', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 3 });
    const jsonl = await server.server.inject(`/api/sweeps/${id}/trials.jsonl`);
    const lines = jsonl.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { curve: unknown[] });
    expect(lines.map(({ curve }) => curve.length)).toEqual([2, 2, 2]);
    expect(jsonl.headers['content-disposition']).toBe(`attachment; filename="imported-${id}.jsonl"`);
    const csv = await server.server.inject(`/api/sweeps/${id}/trials.csv`);
    expect(csv.body.trim().split('\n')).toHaveLength(4);
  });

  it('has all trials as Parquet, the same bytes that netspace export writes', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 1200, b: 3 });
    const answer = await server.server.inject(`/api/sweeps/${id}/trials.parquet`);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.apache.parquet',
      'content-disposition': `attachment; filename="imported-${id}.parquet"`,
    });
    const parts: Uint8Array[] = [];
    for await (const part of writeParquet(() => server.store.population(id))) parts.push(part);
    // The tests of the population read such files by other libraries.
    expect(answer.rawPayload.equals(Buffer.concat(parts))).toBe(true);
    expect(answer.rawPayload.subarray(-4).toString()).toBe('PAR1');
  });

  it.each(['csv', 'jsonl', 'parquet'])(
    'lets others come while it sends a long file: %s',
    async (extension) => {
      const server = await start();
      const id = await importTrials(server.store, { a: 2000 });
      let [turns, sent] = [0, false];
      const turn = (): void => {
        turns++;
        if (!sent) setImmediate(turn);
      };
      turn();
      await server.server.inject(`/api/sweeps/${id}/trials.${extension}`);
      sent = true;
      // Tables go through the trials twice.
      expect(turns).toBeGreaterThan(extension === 'jsonl' ? 20 : 40);
    },
  );

  it('sends nothing again to those who have it, and all of it once it is another', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 3 });
    for (const url of [
      '/api/sweeps',
      `/api/sweeps/${id}/trials`,
      '/api/zoo',
      `/api/sweeps/${id}/trials.jsonl`,
      '/',
    ]) {
      const first = await server.server.inject(url);
      const { etag } = first.headers;
      const again = await server.server.inject({ url, headers: { 'if-none-match': String(etag) } });
      expect([again.statusCode, again.body], url).toEqual([304, '']);
    }
    const { etag } = (await server.server.inject('/api/sweeps')).headers;
    await server.store.annotateSweep(id, { note: 'n' });
    const fresh = await server.server.inject({
      url: '/api/sweeps',
      headers: { 'if-none-match': String(etag) },
    });
    expect(fresh.statusCode).toBe(200);
  });

  it('says in a sentence what is not there or not understood, and shows nothing of the machine', async () => {
    const server = await start();
    const id = await importTrials(server.store, { a: 1 });
    const cases = [
      ['/api/sweeps/99', 404],
      ['/api/sweeps/x', 404],
      ['/api/trials/99', 404],
      ['/api/spaces/none', 400],
      [`/api/sweeps/${id}/trials?limit=0`, 400],
      [`/api/sweeps/${id}/trials?nonsense=1`, 400],
      ['/api/edfs?selection=x', 400],
      [`/api/edfs?${selectionOf(...Array.from({ length: 9 }, () => ({ sweep: id })))}`, 400],
      ['/api/spaces/regnetx/sample?flops=x', 400],
      ['/nothing', 404],
    ] as const;
    for (const [url, status] of cases) {
      const answer = await server.server.inject(url);
      expect(answer.statusCode, url).toBe(status);
      expect(answer.json(), url).toEqual({
        error: { code: expect.any(String), message: expect.any(String) },
      });
      expect(answer.body, url).not.toContain(server.folder);
      expect(answer.body, url).not.toMatch(/node_modules|\.ts:/);
    }
  });
});
