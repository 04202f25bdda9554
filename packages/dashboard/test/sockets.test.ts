/** What only a real connection shows: events and their resumption, slow clients, requests that no client would write. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { usualLimits, type Settings } from '../context.ts';
import type { Defence } from '../server.ts';
import { openEvents, sendRaw } from './event-client.ts';
import { makeServer, type ExampleServer } from './example-server.ts';
import { plannedTrial, planSweep } from './example-store.ts';

let example: ExampleServer | undefined;

afterEach(async () => {
  await example?.close();
  example = undefined;
});

async function listen(
  settings: Partial<Settings> = {},
  without: readonly Defence[] = [],
): Promise<ExampleServer & { port: number }> {
  const made = await makeServer({ settings, without });
  example = made;
  await made.server.listen({ host: '127.0.0.1', port: 0 });
  return { ...made, port: (made.server.server.address() as AddressInfo).port };
}

async function endTrial({ store }: ExampleServer, sweepId: number, error: number): Promise<number> {
  const lease = await store.leaseTrial(sweepId, { owner: 'o', milliseconds: 60_000 });
  if (!lease) throw new Error('nothing to lease');
  await store.finishTrial(lease, { status: 'completed', error });
  return lease.trialId;
}

describe('events', () => {
  it('tell every page of a trial that ended, at the cost of one', async () => {
    const server = await listen();
    const sweepId = await planSweep(server.store, [plannedTrial(1)]);
    const clients = await Promise.all([1, 2, 3].map(() => openEvents(server.port)));
    for (const client of clients) await client.next('hello');
    const trialId = await endTrial(server, sweepId, 0.25);
    for (const client of clients) {
      const { data } = await client.next('ended');
      expect(data).toMatchObject({ trialId, sweepId, status: 'completed', error: 0.25 });
      expect(await client.next('changed')).toMatchObject({ data: { sweepIds: [sweepId] } });
      client.close();
    }
  });

  it('go on behind the last one that a lost connection had', async () => {
    const server = await listen();
    const sweepId = await planSweep(server.store, [1, 2, 3].map(plannedTrial));
    const witness = await openEvents(server.port);
    const first = await openEvents(server.port);
    await first.next('hello');
    await endTrial(server, sweepId, 0.5);
    const { id } = await first.next('changed');
    first.close();
    const missed = [await endTrial(server, sweepId, 0.4), await endTrial(server, sweepId, 0.3)];
    while (witness.events.filter(({ kind }) => kind === 'ended').length < 3) await witness.next('ended');
    const again = await openEvents(server.port, id);
    const told = [await again.next('ended'), await again.next('ended')];
    expect(told.map(({ data }) => data['trialId'])).toEqual(missed);
    expect(again.events.some(({ kind }) => kind === 'reset')).toBe(false);
    again.close();
    witness.close();
  });

  it('begin anew for whoever has an event of another server', async () => {
    const server = await listen();
    for (const id of ['0badcafe-3', 'nonsense', '-1']) {
      const client = await openEvents(server.port, id);
      expect(await client.next('reset')).toBeDefined();
      client.close();
    }
  });

  it('are no longer sent to who does not read them, and others have them', async () => {
    const server = await listen({ limits: { ...usualLimits, unreadEvents: 2_000_000 } });
    const sweepId = await planSweep(server.store, [plannedTrial(1)]);
    const witness = await openEvents(server.port);
    await witness.next('hello');
    const idle = connect(server.port, '127.0.0.1');
    idle.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    idle.pause();
    // Until the buffers of both kernels and of the server are full.
    let sentAway = false;
    idle.once('close', () => (sentAway = true)).on('error', () => {});
    const sweepIds = Array.from({ length: 50_000 }, (_, i) => i);
    for (let i = 0; i < 60; i++) {
      server.publish({ kind: 'changed', sweepIds });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    idle.resume();
    await expect.poll(() => sentAway, { timeout: 20_000 }).toBe(true);
    await endTrial(server, sweepId, 0.1);
    expect(await witness.next('ended')).toBeDefined();
    witness.close();
  });

  it('take a bounded number of connections', async () => {
    const server = await listen({ limits: { ...usualLimits, eventConnections: 1 } });
    const first = await openEvents(server.port);
    await first.next('hello');
    const { answer } = await sendRaw(
      server.port,
      'GET /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      5000,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 503/);
    first.close();
  });
});

describe('a slow client', () => {
  const limits = { ...usualLimits, headersTimeout: 300, requestTimeout: 600 };
  const slow = {
    'that never ends its headers': 'GET / HTTP/1.1\r\nHost: localhost\r\nX-',
    'that never sends its body':
      'PUT /api/sweeps/1/note HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  };

  it.each(Object.entries(slow))('%s is sent away', async (_name, text) => {
    const server = await listen({ limits, allowWrite: true });
    expect((await sendRaw(server.port, text, 20_000)).closed).toBe(true);
  });

  it.each(Object.entries(slow))('%s stays where there are no limits', async (_name, text) => {
    const server = await listen({ limits, allowWrite: true }, ['limits']);
    expect((await sendRaw(server.port, text, 2500)).closed).toBe(false);
  });
});

describe('a request that no client would write', () => {
  const get = (line: string, ...headers: readonly string[]): string =>
    [line, ...headers, 'Connection: close', '', ''].join('\r\n');

  it.each([
    [
      'headers of a megabyte',
      get('GET /api/sweeps HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(100_000)}`),
      'limits',
    ],
    ['two hosts', get('GET /api/sweeps HTTP/1.1', 'Host: localhost', 'Host: evil.example'), 'host'],
    [
      'an address of elsewhere in the first line',
      get('GET http://evil.example/api/sweeps HTTP/1.1', 'Host: localhost'),
      undefined,
    ],
    ['no host', get('GET /api/sweeps HTTP/1.1'), undefined],
    [
      'a length and chunks (smuggling)',
      get('POST /api/sweeps HTTP/1.1', 'Host: localhost', 'Content-Length: 4', 'Transfer-Encoding: chunked'),
      undefined,
    ],
    [
      'a header broken in two (splitting)',
      get('GET /api/sweeps HTTP/1.1', 'Host: localhost', 'X: a\nY : b'),
      undefined,
    ],
    ['another protocol', 'HELO localhost\r\n\r\n', undefined],
    ['a tunnel', get('CONNECT evil.example:443 HTTP/1.1', 'Host: localhost'), undefined],
  ] as const)('is refused: %s', async (_name, text, defence) => {
    const server = await listen();
    const refused = await sendRaw(server.port, text, 10_000);
    expect(refused.answer).not.toMatch(/^HTTP\/1\.1 [23]/);
    expect(refused.answer).not.toContain('"sweeps"');
    if (defence === undefined) return;
    await server.close();
    const bare = await listen({}, [defence]);
    expect((await sendRaw(bare.port, text, 10_000)).answer).toMatch(/^HTTP\/1\.1 200/);
  });
});
