/**
 * Server-sent events to many connections: each event is written out once, numbered, and kept for a while, so that whoever lost a
 * connection goes on behind the last event it has (Last-Event-ID).
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Limits } from './context.ts';
import type { DashboardEvent } from './event-schema.ts';
import type { Watcher } from './watcher.ts';

/** Events that are kept for those who come back. */
const mostKept = 2000;
/** Milliseconds between comments that keep proxies from closing a silent connection. */
const heartbeat = 15_000;

export interface EventStream {
  readonly connections: () => number;
  /** Sends what was missed and all that comes, until the connection ends. */
  connect(response: ServerResponse, lastEventId: string | undefined): void;
  close(): void;
}

export function streamEvents(watcher: Watcher, { unreadEvents }: Limits): EventStream {
  // Numbers of an earlier server mean nothing here.
  const server = randomBytes(4).toString('hex');
  const kept: { readonly number: number; readonly text: string }[] = [];
  const connections = new Set<ServerResponse>();
  let count = 0;
  let unsubscribe: (() => void) | undefined;

  const send = (response: ServerResponse, text: string): void => {
    response.write(text);
    // Who does not read is sent away, and comes back to what was kept.
    if (response.writableLength > unreadEvents) response.destroy();
  };
  const add = (event: DashboardEvent): void => {
    count++;
    const text = written(event, `${server}-${count}`);
    kept.push({ number: count, text });
    if (kept.length > mostKept) kept.shift();
    for (const response of connections) send(response, text);
  };
  const missedSince = (id: string): string => {
    const [origin, digits = ''] = id.split('-');
    const number = Number(digits);
    const known = origin === server && number <= count && number >= count - kept.length;
    if (!known) return written({ kind: 'reset' }, `${server}-${count}`);
    return kept
      .filter((event) => event.number > number)
      .map(({ text }) => text)
      .join('');
  };
  const beat = setInterval(() => connections.forEach((response) => send(response, ': \n\n')), heartbeat);
  beat.unref();
  // Events of those who went are kept as well, so that they miss nothing when they come back soon.
  const listen = (): void => {
    unsubscribe ??= watcher.subscribe(add);
  };

  return {
    connections: () => connections.size,
    connect: (response, lastEventId) => {
      listen();
      connections.add(response);
      response.on('close', () => connections.delete(response));
      const hello = `retry: 1000\nid: ${lastEventId === undefined ? `${server}-${count}` : ''}`;
      send(response, lastEventId === undefined ? `${hello}\nevent: hello\ndata: {}\n\n` : 'retry: 1000\n\n');
      if (lastEventId !== undefined) send(response, missedSince(lastEventId));
    },
    close: () => {
      clearInterval(beat);
      unsubscribe?.();
      connections.forEach((response) => response.end());
    },
  };
}

/** Data are one line: JSON has no line break outside its texts, and escapes those inside. */
function written({ kind, ...data }: DashboardEvent, id: string): string {
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
