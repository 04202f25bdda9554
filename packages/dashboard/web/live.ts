/**
 * What the server tells while the page is open: one connection for all parts of it. A browser opens a lost connection again by
 * itself, with the number of the last event that it has seen, so nothing in between is missed.
 */
import { useEffect, useState } from 'preact/hooks';
import type { DashboardEvent } from '../event-schema.ts';

type Listener = (event: DashboardEvent) => void;

const listeners = new Set<Listener>();
const watchers = new Set<(connected: boolean) => void>();
let source: EventSource | undefined;
let connected = true;
let retry: ReturnType<typeof setTimeout> | undefined;

function setConnected(now: boolean): void {
  if (now === connected) return;
  connected = now;
  watchers.forEach((tell) => tell(now));
}

function open(): void {
  source = new EventSource('/api/events');
  source.addEventListener('open', () => setConnected(true));
  source.addEventListener('error', () => {
    setConnected(false);
    if (source?.readyState !== EventSource.CLOSED) return;
    // Refused, as by a server that starts: the browser gives up then. What was missed is not known, so everything is read again.
    clearTimeout(retry);
    retry = setTimeout(() => {
      open();
      listeners.forEach((listener) => listener({ kind: 'reset' }));
    }, 2000);
  });
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

export function useConnected(): boolean {
  const [now, setNow] = useState(connected);
  useEffect(() => {
    watchers.add(setNow);
    return () => void watchers.delete(setNow);
  }, []);
  return now;
}
