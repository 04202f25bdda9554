/** What the server says at an address, read again when it tells that it may say something else. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Computed } from '../computed-schema.ts';
import type { DashboardEvent } from '../event-schema.ts';
import { listen } from './live.ts';
import { ask, messageOf } from './request.ts';

/** A value stays while it is read again, and while that fails. */
export interface Loaded<T> {
  readonly value?: T | undefined;
  readonly problem?: string;
  readonly loading: boolean;
}

/** Milliseconds between two readings at most so often; a sweep of tiny networks ends many trials a second. */
const pause = 400;

/** `concerns` says which events ask for another reading; no address, no question. */
export function useLoaded<T>(
  address: string | undefined,
  concerns: (event: DashboardEvent) => boolean = () => false,
): Loaded<T> {
  const [state, setState] = useState<Loaded<T> & { readonly of?: string | undefined }>({ loading: true });
  const concerned = useRef(concerns);
  concerned.current = concerns;
  useEffect(() => {
    if (address === undefined) {
      setState({ loading: false });
      return undefined;
    }
    const stop = new AbortController();
    let [busy, again] = [false, false];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      busy = true;
      again = false;
      try {
        const value = await ask<T>(address, { signal: stop.signal });
        if (!stop.signal.aborted) setState({ value, loading: false, of: address });
      } catch (error) {
        if (!stop.signal.aborted)
          setState((before) => ({
            ...(before.of === address && { value: before.value }),
            problem: messageOf(error),
            loading: false,
            of: address,
          }));
      }
      if (!stop.signal.aborted)
        timer = setTimeout(() => {
          busy = false;
          if (again) void read();
        }, pause);
    };
    setState((before) => ({ value: before.value, loading: true, of: before.of }));
    void read();
    const unlisten = listen((event) => {
      if (event.kind !== 'reset' && !concerned.current(event)) return;
      again = true;
      if (!busy) void read();
    });
    return () => {
      stop.abort();
      clearTimeout(timer);
      unlisten();
    };
  }, [address]);
  return state;
}

/** Of what threads compute: the result, and whether a newer one is on its way. */
export function useComputed<T>(
  address: string | undefined,
  concerns: (event: DashboardEvent) => boolean,
): Loaded<T> {
  const { value, problem, loading } = useLoaded<Computed<T>>(address, concerns);
  const result = value !== undefined && value.state !== 'computing' ? value.result : undefined;
  const computing = value?.state === 'computing' || value?.state === 'stale';
  return { value: result, loading: loading || computing, ...(problem !== undefined && { problem }) };
}

/** Events that tell of one of these sweeps. */
export function ofSweeps(ids: readonly number[]): (event: DashboardEvent) => boolean {
  return (event) => {
    if (event.kind === 'ended') return ids.includes(event.sweepId);
    return event.kind !== 'reset' && event.sweepIds.some((id) => ids.includes(id));
  };
}
