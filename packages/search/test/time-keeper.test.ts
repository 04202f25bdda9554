import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTimekeeper, type Clock } from '../time-keeper.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-time-keeper-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A clock that only we move; alarms ring in their order. */
function stillClock(): Clock & { readonly pass: (seconds: number) => void } {
  let time = 0;
  const alarms = new Set<{ readonly at: number; readonly call: () => void }>();
  const next = (until: number) =>
    [...alarms].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  return {
    now: () => time,
    after: (seconds, call) => {
      const alarm = { at: time + seconds, call };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    pass: (seconds) => {
      const until = time + seconds;
      for (let alarm = next(until); alarm; alarm = next(until)) {
        alarms.delete(alarm);
        time = Math.max(time, alarm.at);
        alarm.call();
      }
      time = until;
    },
  };
}

describe('the time of a search', () => {
  it('has no end where none was given, and leaves no file', async () => {
    const clock = stillClock();
    const keeper = openTimekeeper(join(folder, 'endless'), undefined, clock);
    keeper.keep();
    clock.pass(1e6);
    expect(keeper.left()).toBe(Infinity);
    expect(await keeper.until({ secondsLeft: 10 }, (deadline) => Promise.resolve(deadline))).toBeUndefined();
    keeper.close();
    expect(existsSync(join(folder, 'endless'))).toBe(false);
  });

  it('ends work when no more than what it is to leave is left', async () => {
    const clock = stillClock();
    const keeper = openTimekeeper(join(folder, 'ended'), 100, clock);
    await keeper.until({ secondsLeft: 40 }, (deadline) => {
      clock.pass(59);
      expect(deadline?.aborted).toBe(false);
      clock.pass(1);
      expect(deadline?.aborted).toBe(true);
      return Promise.resolve();
    });
    expect(keeper.left()).toBe(40);
    const late = await keeper.until({ secondsLeft: 40 }, (deadline) => Promise.resolve(deadline?.aborted));
    expect(late).toBe(true);
  });

  it('waits for what is not ready, but not for ever', async () => {
    const clock = stillClock();
    const keeper = openTimekeeper(join(folder, 'patient'), 100, clock);
    let isReady = false;
    const end = { secondsLeft: 80, ready: () => isReady, atMost: 50 };
    await keeper.until(end, (deadline) => {
      clock.pass(30);
      expect(deadline?.aborted).toBe(false);
      isReady = true;
      clock.pass(1);
      expect(deadline?.aborted).toBe(true);
      return Promise.resolve();
    });
    isReady = false;
    await keeper.until(end, (deadline) => {
      clock.pass(18.5);
      expect(deadline?.aborted).toBe(false);
      clock.pass(1);
      expect(deadline?.aborted).toBe(true);
      return Promise.resolve();
    });
  });

  it('goes on after an interruption with what was left then, and a kill costs no more than some seconds of it', () => {
    const place = join(folder, 'resumed');
    const first = stillClock();
    const before = openTimekeeper(place, 100, first);
    before.keep();
    before.tell('the finals are shorter');
    first.pass(31);
    const second = stillClock();
    const killed = openTimekeeper(place, 100, second);
    expect(killed.left()).toBe(70);
    expect(killed.shortened()).toEqual(['the finals are shorter']);
    second.pass(5);
    killed.keep();
    second.pass(2);
    killed.close();
    expect(openTimekeeper(place, 100, stillClock()).left()).toBe(63);
  });

  it('tells ever after when the result was there', () => {
    const place = join(folder, 'told');
    const clock = stillClock();
    const keeper = openTimekeeper(place, 100, clock);
    keeper.keep();
    clock.pass(42);
    expect(keeper.end()).toBe(42);
    clock.pass(7);
    keeper.close();
    expect(JSON.parse(readFileSync(join(place, 'time.json'), 'utf8'))).toMatchObject({ ended: 42 });
    expect(openTimekeeper(place, 100, stillClock()).end()).toBe(42);
  });
});
