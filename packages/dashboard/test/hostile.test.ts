/** Requests that mean harm. Each attack fails with all defences, and succeeds with the one left out that is there against it. */
import type { InjectOptions } from 'fastify';
import { symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Settings } from '../context.ts';
import type { Defence } from '../server.ts';
import { makeServer, type ExampleServer } from './example-server.ts';
import { makeStore, plannedTrial, planSweep } from './example-store.ts';

let example: ExampleServer | undefined;

afterEach(async () => {
  await example?.close();
  example = undefined;
});

async function start(
  settings: Partial<Settings> = {},
  without: readonly Defence[] = [],
): Promise<ExampleServer> {
  example = await makeServer({ settings, without });
  return example;
}

const own = { origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' };

interface Attack {
  readonly name: string;
  readonly defence: Defence;
  readonly settings?: Partial<Settings>;
  readonly request: InjectOptions;
}

const reads = (name: string, host: string): Attack => ({
  name,
  defence: 'host',
  request: { method: 'GET', url: '/api/sweeps', headers: { host } },
});
const cancels = (name: string, headers: Record<string, string>): Attack => ({
  name,
  defence: 'origin',
  settings: { allowWrite: true },
  request: { method: 'POST', url: '/api/sweeps/1/cancel', headers },
});

const attacks: readonly Attack[] = [
  reads('a name of elsewhere that points here (DNS rebinding) reads', 'evil.example'),
  reads('a name that begins like ours reads', 'localhost.evil.example:80'),
  reads('a name that begins like our address reads', '127.0.0.1.evil.example'),
  reads('a name behind an at sign reads', 'localhost@evil.example'),
  reads('two names in one header read', 'localhost, evil.example'),
  cancels('a page of elsewhere cancels', { origin: 'http://evil.example' }),
  cancels('a page of another port cancels', { origin: 'http://localhost:9999' }),
  cancels('a page without an origin cancels', { origin: 'null', 'sec-fetch-site': 'cross-site' }),
  cancels('a page that hides its origin cancels', {}),
  cancels('a page of a sister site cancels', { ...own, 'sec-fetch-site': 'same-site' }),
  cancels('an origin that begins like ours cancels', { origin: 'http://localhost:80.evil.example' }),
  {
    name: 'a page of elsewhere loads data as a script',
    defence: 'origin',
    request: { method: 'GET', url: '/api/sweeps', headers: { 'sec-fetch-site': 'cross-site' } },
  },
  {
    name: 'our own page cancels though it may only read',
    defence: 'write',
    request: { method: 'POST', url: '/api/sweeps/1/cancel', headers: own },
  },
  {
    name: 'our own page removes a sweep though it may only read',
    defence: 'write',
    request: { method: 'DELETE', url: '/api/sweeps/1', headers: own },
  },
  {
    name: 'somebody without the token reads',
    defence: 'token',
    settings: { token: 'secret' },
    request: { method: 'GET', url: '/api/sweeps' },
  },
  {
    name: 'somebody with a guessed cookie reads',
    defence: 'token',
    settings: { token: 'secret' },
    request: {
      method: 'GET',
      url: '/api/sweeps',
      headers: { cookie: 'netspace=secret; netspace-00000000=x' },
    },
  },
];

describe('an attack', () => {
  it.each(attacks)('fails: $name', async ({ defence, settings = {}, request }) => {
    const outcomes: number[] = [];
    for (const without of [[], [defence]] as const) {
      const server = await start(settings, without);
      await planSweep(server.store, [plannedTrial(1)]);
      const { statusCode, body } = await server.server.inject(request);
      outcomes.push(statusCode);
      const [sweep] = await server.store.sweeps();
      const untouched = sweep?.counts.planned === 1;
      const changes = request.method !== 'GET';
      // Refused: nothing was read and nothing changed. With the defence left out it succeeds.
      if (without.length === 0)
        expect({ untouched, leaks: body.includes('planned') }).toEqual({ untouched: true, leaks: false });
      else expect(changes ? !untouched : body.includes('"planned"')).toBe(true);
      await server.close();
      example = undefined;
    }
    expect(outcomes[0]).toBeGreaterThanOrEqual(400);
    expect(outcomes[1]).toBe(200);
  });

  it('fails: a page of elsewhere frames ours, guesses types, or holds its window', async () => {
    const names = [
      'content-security-policy',
      'x-content-type-options',
      'x-frame-options',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
    ];
    for (const url of ['/', '/api/sweeps', '/api/nothing']) {
      const guarded = (await (await start()).server.inject(url)).headers;
      for (const name of names) expect(guarded, `${url} ${name}`).toHaveProperty(name);
      expect(String(guarded['content-security-policy'])).not.toMatch(/unsafe|\*|https?:/);
      await example?.close();
      const bare = (await (await start({}, ['headers'])).server.inject(url)).headers;
      for (const name of names) expect(bare).not.toHaveProperty(name);
      await example?.close();
      example = undefined;
    }
  });

  it('fails: a body larger than any note', async () => {
    const request = {
      method: 'PUT',
      url: '/api/sweeps/1/note',
      headers: { ...own, 'content-type': 'application/json' },
      payload: JSON.stringify({ note: 'x'.repeat(200_000) }),
    } as const;
    expect((await (await start({ allowWrite: true })).server.inject(request)).statusCode).toBe(413);
    await example?.close();
    // It is read whole, and only then found too long.
    expect((await (await start({ allowWrite: true }, ['limits'])).server.inject(request)).statusCode).toBe(
      400,
    );
  });
});

describe('the token', () => {
  const token = 'a-secret-of-the-link';

  it('becomes a cookie that no script reads, and leaves the address', async () => {
    const { server, log } = await start({ token });
    const admitted = await server.inject(`/sweeps/3?token=${token}&tab=trials`);
    expect(admitted.statusCode).toBe(303);
    expect(admitted.headers.location).toBe('/sweeps/3?tab=trials');
    const cookie = String(admitted.headers['set-cookie']);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(cookie).not.toContain(token);
    const headers = { cookie: cookie.split(';', 1)[0] ?? '' };
    expect((await server.inject({ url: '/api/sweeps', headers })).statusCode).toBe(200);
    expect(log.join()).not.toContain(token);
  });

  it('is asked for everywhere, pages and their files included', async () => {
    const { server } = await start({ token });
    for (const url of ['/', '/assets/main.js', '/reports/x', '/api/events', '/api/openapi.json'])
      expect((await server.inject(url)).statusCode, url).toBe(401);
  });

  it('cannot be guessed: after ten wrong ones nobody of that address is heard for a minute', async () => {
    const { server } = await start({ token });
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await server.inject(`/?token=${i}`)).statusCode);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it('leads to no other site', async () => {
    const { server } = await start({ token });
    for (const path of ['//evil.example', '/\\evil.example', '///evil.example/x']) {
      const { headers, statusCode } = await server.inject(`${path}?token=${token}`);
      const { host } = new URL(String(headers.location ?? '/'), 'http://localhost');
      expect([host, statusCode < 500], path).toEqual(['localhost', true]);
    }
  });
});

/** Ways to write "../secret.txt" and the like. */
const paths = [
  '../secret.txt',
  '..%2fsecret.txt',
  '..%252fsecret.txt',
  '%2e%2e%2fsecret.txt',
  '%2e%2e/secret.txt',
  '..\\secret.txt',
  '..%5csecret.txt',
  '....//secret.txt',
  '..%c0%afsecret.txt',
  '%00../secret.txt',
  'link.html',
  'report.html%00.txt',
  'report.html',
  '/etc/passwd',
  '%2fetc%2fpasswd',
  'file:%2f%2f%2fetc%2fpasswd',
  '.',
  '..',
  '',
  'a'.repeat(5000),
];

describe('a path', () => {
  it('of no kind leads out of the folder of reports, or to pages that are none', async () => {
    const store = await makeStore();
    const reports = join(store.folder, 'reports');
    mkdirSync(reports);
    writeFileSync(join(store.folder, 'secret.txt'), 'SECRET root:');
    writeFileSync(join(reports, 'report.html'), 'a report');
    writeFileSync(join(reports, 'notes.txt'), 'SECRET');
    symlinkSync(join(store.folder, 'secret.txt'), join(reports, 'link.html'));
    example = await makeServer({ store, settings: { reports } });
    const { server } = example;
    for (const prefix of ['/reports/', '/assets/', '/api/spaces/', '/api/sweeps/', '/'])
      for (const path of paths) {
        const { body } = await server.inject(`${prefix}${path}`);
        expect(body, `${prefix}${path}`).not.toMatch(/SECRET|root:|a report/);
      }
    const { reports: listed } = (await server.inject('/api/reports')).json() as {
      reports: { id: string; name: string }[];
    };
    expect(listed.map(({ name }) => name)).toEqual(['report.html']);
    const page = await server.inject(`/reports/${listed[0]?.id}`);
    expect(page.body).toBe('a report');
    expect(page.headers['content-security-policy']).toMatch(/^sandbox allow-scripts allow-downloads;/);
    expect(page.headers['content-security-policy']).not.toContain('allow-same-origin');
  });
});

const hostile = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '=cmd|"/c calc"!A1',
  '+1+1',
  '-1+1',
  '@SUM(1)',
  '\t=1+1',
  '\r=1+1',
  '\uff1d1+1',
  '\u001b]0;owned\u0007',
  'line\nbreak\rreturn',
  '\u202egnp.exe',
  '\u2028\u2029',
  '__proto__',
  "'; drop table trials; --",
] as const;

describe('a hostile text', () => {
  it.each(hostile)('is what it is in JSON, no HTML, and no formula in a table: %j', async (text) => {
    const server = await start({ allowWrite: true });
    const id = await planSweep(server.store, [{ ...plannedTrial(1), space: text }], text);
    const lease = await server.store.leaseTrial(id, { owner: text, milliseconds: 60_000 });
    if (!lease) throw new Error('nothing to lease');
    await server.store.finishTrial(lease, { status: 'failed', reason: text, provenance: { host: text } });
    await server.store.annotateSweep(id, { note: text });
    const headers = { ...own, 'content-type': 'application/json' };
    const tagged = await server.server.inject({
      method: 'PUT',
      url: `/api/trials/${lease.trialId}/note`,
      headers,
      payload: { note: text },
    });
    expect(tagged.json()).toEqual({ note: text, tags: [] });

    const answers = [
      '/api/sweeps',
      `/api/sweeps/${id}`,
      `/api/sweeps/${id}/trials`,
      `/api/trials/${lease.trialId}`,
    ];
    for (const url of answers) {
      const answer = await server.server.inject(url);
      expect(answer.headers['content-type'], url).toMatch(/^application\/json/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(JSON.stringify(answer.json()), url).toContain(JSON.stringify(text));
    }
    expect((await server.server.inject('/')).body).not.toContain(text);

    const download = await server.server.inject(`/api/sweeps/${id}/trials.csv`);
    expect(download.headers['content-disposition']).toMatch(/^attachment; filename="[\w-]+\.csv"$/);
    for (const cell of download.body.split(/,|\r?\n/)) expect(cell).not.toMatch(/^"?[=+\-@\t\r\uff1d](?!\d)/);

    await server.server.inject({ method: 'POST', url: `/api/sweeps/${id}/retry`, headers: own });
    expect(server.log).toHaveLength(1);
    expect(server.log[0]).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  });
});

describe('what is malformed', () => {
  it.each([
    '{',
    '[]',
    '"x"',
    '{"note":1}',
    '{"note":"a","more":1}',
    '{"__proto__":{"allowWrite":true},"note":"a"}',
    '{"note":"a","constructor":{"prototype":{}}}',
    `${'['.repeat(20_000)}`,
    '',
  ])('is refused as a note: %j', async (payload) => {
    const { server, store, log } = await start({ allowWrite: true });
    await planSweep(store, [plannedTrial(1)]);
    const headers = { ...own, 'content-type': 'application/json' };
    const answer = await server.inject({ method: 'PUT', url: '/api/sweeps/1/note', headers, payload });
    expect([answer.statusCode, log]).toEqual([400, []]);
    expect((await store.sweepAnnotations()).size).toBe(0);
  });

  it('is refused whatever its method, and no header stands in for another', async () => {
    const { server, store } = await start({ allowWrite: true });
    await planSweep(store, [plannedTrial(1)]);
    for (const method of ['PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL', 'SEARCH'])
      expect(
        (await server.inject({ method: method as 'PATCH', url: '/api/sweeps/1', headers: own })).statusCode,
        method,
      ).toBe(404);
    const tricks = {
      'x-http-method-override': 'DELETE',
      'x-forwarded-host': 'evil.example',
      'x-original-url': '/api/sweeps/1',
      'x-forwarded-for': '127.0.0.1',
    };
    await server.inject({ method: 'GET', url: '/api/sweeps/1', headers: tricks });
    expect((await store.sweeps())[0]?.counts.planned).toBe(1);
  });
});

it('changes what is allowed, where it is allowed, and nothing else', async () => {
  const { server, store } = await start({ allowWrite: true });
  const id = await planSweep(store, [1, 2, 3].map(plannedTrial));
  const lease = await store.leaseTrial(id, { owner: 'o', milliseconds: 60_000 });
  if (lease) await store.finishTrial(lease, { status: 'failed', reason: 'r' });
  const send = async (method: 'POST' | 'DELETE' | 'PUT', url: string, payload?: object): Promise<unknown> =>
    (await server.inject({ method, url, headers: { ...own }, ...(payload && { payload }) })).json();
  expect(await send('POST', `/api/sweeps/${id}/retry`)).toEqual({ sweep: id, trials: 1 });
  expect(await send('POST', `/api/sweeps/${id}/cancel`)).toEqual({ sweep: id, trials: 3 });
  expect(await send('PUT', `/api/sweeps/${id}/tags`, { tags: ['a', ' b '] })).toEqual({
    note: '',
    tags: ['a', 'b'],
  });
  expect(await send('DELETE', `/api/sweeps/${id}`)).toEqual({ sweep: id, trials: 3 });
  expect(await store.sweeps()).toEqual([]);
});
