/**
 * Tells which leases nobody holds any more, though clocks are set, machines sleep, and a server is away for a while.
 *
 * A lease that has run out proves little: the store's clock may just have been set forward, or all supervisors may have slept. So a lease
 * is taken for gone when it was not renewed while this process watched, by the steady clock of this process, for as long as its owner
 * needs for two heartbeats. And where the store's clock was set back, so that a lease seems good for hours, watching it for its whole
 * length is enough.
 */
import type { GoneLease, HeldLease } from '@netspace/store/store';
import { isDead } from './owner.ts';

/** Given the leases of a sweep again and again, tells which are gone. */
export type LeaseWatch = (leases: readonly HeldLease[]) => readonly GoneLease[];

/** How often the owner of a lease renews it, in milliseconds. */
export function heartbeat(leaseMilliseconds: number): number {
  return Math.min(leaseMilliseconds / 4, 5000);
}

/** Others may have longer leases than this process; they have hardly longer ones than this, in milliseconds. */
const longestLease = 60_000;

/** `clock`: milliseconds of a clock that is never set and stands still while the machine sleeps. */
export function watchLeases(
  owner: string,
  leaseMilliseconds: number,
  clock: () => number = () => performance.now(),
): LeaseWatch {
  const grace = 2 * heartbeat(leaseMilliseconds);
  const whole = Math.max(leaseMilliseconds, longestLease) + grace;
  let seen = new Map<string, { readonly until: number; readonly since: number }>();
  let lookedAt = -Infinity;
  return (leases) => {
    const now = clock();
    // Whoever did not look (a stopped process, a server that was away) knows nothing of the time between.
    if (now - lookedAt > 2 * grace) seen = new Map();
    lookedAt = now;
    const others = leases.filter((lease) => lease.owner !== owner);
    const before = seen;
    seen = new Map(
      others.map((lease) => {
        const known = before.get(keyOf(lease));
        const since = known?.until === lease.until ? known.since : now;
        return [keyOf(lease), { until: lease.until, since }];
      }),
    );
    return others.flatMap((lease) => {
      const silent = now - (seen.get(keyOf(lease))?.since ?? now);
      const reason = describeEnd(lease, silent, grace, whole);
      return reason === undefined ? [] : { ...lease, reason };
    });
  };
}

function describeEnd(lease: HeldLease, silent: number, grace: number, whole: number): string | undefined {
  if (isDead(lease.owner)) return 'the process that ran it is gone';
  const isGone = silent >= (lease.hasRunOut ? grace : whole);
  return isGone ? 'not heard of until its lease ran out' : undefined;
}

function keyOf({ trialId, attempt, owner }: HeldLease): string {
  return `${trialId}/${attempt}/${owner}`;
}
