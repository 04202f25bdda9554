/**
 * What the server tells while the page is open: one connection for all parts of it. A browser opens a lost connection again by
 * itself, with the number of the last event that it has seen, so nothing in between is missed.
 */
import { useEffect, useState } from 'preact/hooks';
import type { DashboardEvent } from '../event-schema.ts';

type Listener = (event: DashboardEvent) => void;

export interface Connection {
  readonly connected: boolean;
  /** Seconds for which it was lost, told for a while after it came back. */
  readonly away?: number;
}

/** Milliseconds for which the page says that it was away. */
const tellingTime = 30_000;

const listeners = new Set<Listener>();
const watchers = new Set<(connection: Connection) => void>();
let source: EventSource | undefined;
let connection: Connection = { connected: true };
let lostAt = 0;
/** The browser has given up, and with it the number of the last event. */
let forgotten = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function setConnection(now: Connection): void {
  connection = now;
  watchers.forEach((tell) => tell(now));
}

function lose(): void {
  if (connection.connected) {
    lostAt = Date.now();
    clearTimeout(timer);
    setConnection({ connected: false });
  }
  if (source?.readyState !== EventSource.CLOSED) return;
  // Refused, as by a server that starts: the browser gives up then.
  forgotten = true;
  clearTimeout(timer);
  timer = setTimeout(open, 2000);
}

function find(): void {
  // What was missed is not known, so everything is read again.
  if (forgotten) listeners.forEach((listener) => listener({ kind: 'reset' }));
  forgotten = false;
  if (connection.connected) return;
  setConnection({ connected: true, away: (Date.now() - lostAt) / 1000 });
  timer = setTimeout(() => setConnection({ connected: true }), tellingTime);
}

function open(): void {
  source = new EventSource('/api/events');
  source.addEventListener('open', find);
  source.addEventListener('error', lose);
  for (const kind of ['ended', 'changed', 'computed', 'reset'] as const)
    source.addEventListener(kind, (message: MessageEvent<string>) => {
      const event = { kind, ...(JSON.parse(message.data) as object) } as DashboardEvent;
      listeners.forEach((listener) => listener(event));
    });
}

/** Calls the listener of every event until the returned function is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (source === undefined) open();
  return () => void listeners.delete(listener);
}

export function useConnection(): Connection {
  const [now, setNow] = useState(connection);
  useEffect(() => {
    watchers.add(setNow);
    return () => void watchers.delete(setNow);
  }, []);
  return now;
}
