import type { HeldLease } from '@netspace/store/store';
import { describe, expect, it } from 'vitest';
import { heartbeat, watchLeases } from '../lease-watch.ts';
import { newOwner } from '../owner.ts';

const lease = 40_000;
const grace = 2 * heartbeat(lease);
const minute = 60_000;

/** A watcher with a steady clock, beside a store whose clock can be set. */
function world() {
  let [steady, storeClock] = [0, 1_000_000_000];
  const watch = watchLeases('me', lease, () => steady);
  return {
    /** Both clocks go on, with a look each half heartbeat. */
    pass(milliseconds: number, look: () => readonly HeldLease[]): string[] {
      const gone: string[] = [];
      for (const end = steady + milliseconds; steady < end;) {
        steady += heartbeat(lease) / 2;
        storeClock += heartbeat(lease) / 2;
        gone.push(...watch(look()).map(({ owner }) => owner));
      }
      return gone;
    },
    /** Nobody looks meanwhile. */
    away(milliseconds: number): void {
      steady += milliseconds;
      storeClock += milliseconds;
    },
    set: (milliseconds: number): void => void (storeClock += milliseconds),
    held: (owner: string, until: number): HeldLease => ({
      trialId: 1,
      attempt: 1,
      owner,
      until,
      hasRunOut: until < storeClock,
    }),
    until: (): number => storeClock + lease,
    renewing: (owner: string) => (): HeldLease[] => [
      { trialId: 1, attempt: 1, owner, until: storeClock + lease, hasRunOut: false },
    ],
  };
}

const elsewhere = 'other-host:17:x:y';

describe('a lease', () => {
  it('is gone when it has run out and nobody has renewed it for two heartbeats', () => {
    const { pass, held, until } = world();
    const end = until();
    const look = () => [held(elsewhere, end)];
    expect(pass(lease, look)).toEqual([]);
    expect(pass(grace, look)).toContain(elsewhere);
  });

  it('is not gone when the clock of the store is set forward, since its owner renews it', () => {
    const { pass, set, held, until, renewing } = world();
    const end = until();
    expect(pass(heartbeat(lease), () => [held(elsewhere, end)])).toEqual([]);
    set(60 * minute);
    expect(pass(heartbeat(lease), () => [held(elsewhere, end)])).toEqual([]);
    expect(pass(3 * minute, renewing(elsewhere))).toEqual([]);
  });

  it('is gone after a minute and a half, though the clock of the store is set back by an hour', () => {
    const { pass, set, held, until } = world();
    const end = until();
    const look = () => [held(elsewhere, end)];
    pass(heartbeat(lease), look);
    set(-60 * minute);
    expect(pass(minute, look)).toEqual([]);
    expect(pass(minute / 2, look)).toContain(elsewhere);
  });

  it('is not gone when all slept, or the server was away, longer than it lasts', () => {
    const { pass, away, held, until, renewing } = world();
    const end = until();
    pass(heartbeat(lease), () => [held(elsewhere, end)]);
    away(10 * minute);
    expect(pass(heartbeat(lease), () => [held(elsewhere, end)])).toEqual([]);
    expect(pass(minute, renewing(elsewhere))).toEqual([]);
  });

  it('is gone at once when its owner ran on this machine and is no more', () => {
    // A process number above all that Linux gives.
    const dead = newOwner({}).replace(`:${process.pid}:`, `:${2 ** 22}:`);
    const { pass, renewing } = world();
    expect(pass(1, renewing(dead))).toEqual([dead]);
  });

  it('of the watcher itself is none of its business, for it knows what it does', () => {
    const { pass, held, until } = world();
    const end = until();
    expect(pass(5 * minute, () => [held('me', end)])).toEqual([]);
  });
});
