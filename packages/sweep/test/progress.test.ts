import { describe, expect, it } from 'vitest';
import { describeEvent, showSweep } from '../display.ts';
import { follow, noProgress, type SweepProgress } from '../progress.ts';
import { drawScreen, formatSeconds } from '../screen.ts';
import type { SweepEvent, TrialLabel } from '../sweep-event.ts';
import { secondsLeft } from '../time-left.ts';

const noCounts = noProgress.counts;
const label = (index: number, cost: number): TrialLabel => ({
  id: index + 1,
  index,
  space: 'regnetx',
  shape: 'depths 1,1,4,7 widths 24,56,152,368',
  flops: cost,
  cost,
  epochs: 2,
  rung: 0,
});

const planned: SweepEvent = {
  kind: 'planned',
  at: 0,
  sweep: 'first-look',
  sweepId: 1,
  resumed: false,
  counts: { ...noCounts, planned: 4 },
  workers: 2,
  remainingCost: 100,
};
const started = (worker: number, trial: TrialLabel, at: number): SweepEvent => ({
  kind: 'started',
  at,
  worker,
  trial,
  attempt: 1,
});
const finished = (
  worker: number,
  trial: TrialLabel,
  at: number,
  seconds: number,
  error = 0.25,
): SweepEvent => ({
  kind: 'finished',
  at,
  worker,
  trial,
  status: 'completed',
  error,
  seconds,
});
const step = (worker: number, trial: TrialLabel, at: number, epoch: number, share: number): SweepEvent => ({
  kind: 'step',
  at,
  worker,
  trial: trial.id,
  epoch,
  share,
  imagesPerSecond: 1234.5,
});
const after = (...events: SweepEvent[]): SweepProgress => events.reduce(follow, noProgress);

const [big, middle, small, last] = [label(0, 40), label(1, 30), label(2, 20), label(3, 10)];

describe('the progress of a sweep', () => {
  it('moves a trial from waiting over running to completed', () => {
    const running = after(planned, started(1, big, 0), started(2, middle, 0));
    expect(running.counts).toMatchObject({ planned: 2, leased: 2 });
    const ended = follow(running, finished(1, big, 40_000, 40));
    expect(ended.counts).toMatchObject({ planned: 2, leased: 1, completed: 1 });
    expect(ended.leastError).toBe(0.25);
    expect(follow(ended, finished(2, middle, 50_000, 50, 0.5)).leastError).toBe(0.25);
  });

  it('plans a lost trial again, or counts it as failed', () => {
    const running = after(planned, started(1, big, 0));
    const lost = {
      kind: 'lost',
      at: 1,
      worker: 1,
      index: 0,
      attempt: 1,
      reason: 'killed',
      cost: 40,
    } as const;
    expect(follow(running, { ...lost, again: true })).toMatchObject({
      counts: { planned: 4, leased: 0 },
      waitingCost: 100,
    });
    expect(follow(running, { ...lost, again: false })).toMatchObject({
      counts: { planned: 3, failed: 1 },
      waitingCost: 60,
    });
  });

  it('takes no credit for epochs that a checkpoint brought', () => {
    // Trial 1 comes with one of its two epochs, and takes 20 s for the other: 20 units of cost, one a second.
    const resumed = { kind: 'resumed', at: 0, worker: 1, trial: big.id, index: 0, epoch: 1 } as const;
    const brought = after(planned, started(1, big, 0), resumed);
    expect(secondsLeft(brought, 60_000)).toBeUndefined();
    const done = follow(brought, finished(1, big, 20_000, 20));
    expect(done.spent.cost).toBe(20);
    expect(secondsLeft(done, 20_000)).toBe(60 / 2);
  });

  it('has only the rest of a paused trial before it', () => {
    const running = after(planned, started(1, big, 0), step(1, big, 30_000, 1, 1));
    const paused = {
      kind: 'paused',
      at: 30_000,
      worker: 1,
      trial: big,
      attempt: 1,
      epoch: 1,
      until: 'next-run',
    } as const;
    const progress = follow(running, paused);
    expect(progress.counts).toMatchObject({ planned: 4, leased: 0 });
    expect(progress.waitingCost).toBe(60 + 20);
    expect(progress.spent).toEqual({ cost: 20, seconds: 30 });
  });

  it('knows no time left before it knows a speed', () => {
    expect(secondsLeft(after(planned, started(1, big, 0)), 60_000)).toBeUndefined();
    expect(secondsLeft(after(planned, started(1, big, 0), step(1, big, 5000, 1, 0.5)), 5000)).toBeUndefined();
  });

  it('knows a time from the beginning on a machine that was measured, and corrects it by what runs', () => {
    // 3 s a unit of cost by the measurement: 100 units for two workers.
    const begun = after({ ...planned, secondsPerCost: 3 });
    expect(secondsLeft(begun, 0)).toBeCloseTo(150, 9);
    // 40 units in 60 s, so 1.5 s a unit, beside 20 units in 60 s as measured: 2 s a unit for the 60 that are left.
    const slower = [started(1, big, 0), finished(1, big, 60_000, 60)].reduce(follow, begun);
    expect(secondsLeft(slower, 60_000)).toBeCloseTo(60, 9);
  });

  it('has only those epochs of a trial at a rung before it that may remain', () => {
    const rule = { kind: 'halving', eta: 2, firstRung: 1, leastTrials: 1 } as const;
    // Of two epochs the second is trained by every other trial: 4 trials of 40 cost 3/4 of 160.
    const halved = after(
      { ...planned, remainingCost: 120, earlyStopping: rule },
      started(1, big, 0),
      step(1, big, 10_000, 1, 1),
      { kind: 'paused', at: 10_000, worker: 1, trial: big, attempt: 1, epoch: 1, until: 'promotion' },
    );
    // Three trials of 30, and half of an epoch of 20.
    expect(halved.waitingCost).toBeCloseTo(100, 9);
    const promoted = follow(halved, started(1, { ...big, rung: 1 }, 20_000));
    expect(promoted.waitingCost).toBeCloseTo(80, 9);
  });

  it('knows that a network of half the cost takes half the time', () => {
    // One unit of cost a second: 60 units are left for two workers.
    const half = after(planned, started(1, big, 0), started(2, middle, 0), finished(1, big, 40_000, 40));
    const going = [step(2, middle, 40_000, 2, 0.99999)].reduce(follow, half);
    expect(secondsLeft(going, 30_000)).toBeCloseTo(15, 1);
  });

  it('never promises less than the longest running trial needs', () => {
    const end = after(
      { ...planned, remainingCost: 70 },
      started(1, big, 0),
      started(2, middle, 0),
      finished(2, middle, 30_000, 30),
      step(1, big, 30_000, 1, 0.5),
    );
    // A quarter of 40 in 30 s, 30 in 30 s: 40 units a minute, of which 30 are left for one worker.
    expect(secondsLeft(end, 30_000)).toBeCloseTo(45, 6);
  });
});

describe('the screen', () => {
  const progress = after(
    planned,
    { kind: 'worker', at: 0, worker: 1, state: 'starting' },
    { kind: 'worker', at: 0, worker: 2, state: 'starting' },
    started(1, big, 0),
    step(1, big, 20_000, 2, 0.5),
    finished(1, small, 30_000, 20, 0.0912),
    started(1, middle, 30_000),
    step(1, middle, 35_000, 2, 0.5),
  );

  it('shows the trials, the best error, the time and a row for each worker', () => {
    const lines = drawScreen(progress, { width: 120, now: 35_000 });
    expect(lines[0]).toMatch(/^first-look {2}█+░+ {2}1\/4$/);
    expect(lines[1]).toBe('1 completed, 1 running, 2 waiting · best error so far 9.12 %');
    expect(lines[2]).toMatch(/^35 s passed, about \d+ s left$/);
    expect(lines[3]).toBe(
      '  worker 1  75 %  epoch 2/2  1235 images/s  #2 regnetx 30 flops, depths 1,1,4,7 widths 24,56,152,368',
    );
    expect(lines[4]).toBe('  worker 2  starting');
  });

  it('is never wider or higher than the terminal', () => {
    const crowd = Array.from({ length: 40 }, (_, i) => i + 1).reduce(
      (before, worker) => follow(before, { kind: 'worker', at: 0, worker, state: 'starting' }),
      progress,
    );
    for (const width of [20, 40, 80])
      for (const height of [8, 24]) {
        const lines = drawScreen(crowd, { width, height, now: 35_000 });
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        expect(lines.length).toBe(height - 1);
        expect(lines.at(-1)).toMatch(/^ {2}and \d+ more$/);
      }
  });

  it('leaves out words where it is narrow, and keeps what matters of each worker', () => {
    const lines = drawScreen(progress, { width: 40, now: 35_000 });
    expect(lines.slice(1)).toEqual([
      '1 completed, 1 running, 2 waiting',
      'best error so far 9.12 %',
      expect.stringMatching(/^35 s passed, about \d+ s left$/),
      '  1  75 %  2/2  1235/s  #2 regnetx 30',
      '  2  starting',
    ]);
  });

  it('says what a second Ctrl-C would do', () => {
    const draining = follow(progress, { kind: 'draining', at: 1 });
    expect(drawScreen(draining, { width: 100, now: 1 }).at(-1)).toMatch(/Ctrl-C again stops at once/);
  });

  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [7200, '2 h'],
    [270_000, '3 d 3 h'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('the display', () => {
  const events: SweepEvent[] = [
    planned,
    started(1, big, 0),
    step(1, big, 1, 1, 0.5),
    finished(1, big, 61_000, 61, 0.125),
    started(1, last, 61_000),
    {
      kind: 'finished',
      at: 62_000,
      worker: 1,
      trial: last,
      status: 'failed',
      reason: 'no images',
      seconds: 1,
    },
    started(2, middle, 62_000),
    {
      kind: 'lost',
      at: 63_000,
      worker: 2,
      index: 1,
      attempt: 1,
      reason: 'its process was killed',
      again: true,
    },
    {
      kind: 'ended',
      at: 99_000,
      counts: { ...noCounts, completed: 1, failed: 1, planned: 2 },
      interrupted: true,
    },
  ];
  const show = (options: { isTTY: boolean; json?: boolean }): string => {
    let written = '';
    const output = { write: (text: string) => (written += text), isTTY: options.isTTY, columns: 80 };
    const display = showSweep(output, { json: options.json ?? false, clock: () => 61_000 });
    for (const event of events) display.onEvent(event);
    display.close();
    return written;
  };

  it('writes plain lines where there is no terminal', () => {
    expect(show({ isTTY: false }).split('\n')).toEqual([
      'first-look: planned, 4 waiting',
      'started trial 1 (regnetx, depths 1,1,4,7 widths 24,56,152,368)',
      'completed trial 1 (regnetx): error 12.50 % in 1 min 1 s · 1 of 4 trials done, best error 12.50 %',
      'started trial 4 (regnetx, depths 1,1,4,7 widths 24,56,152,368)',
      'failed trial 4 (regnetx): no images in 1 s · 2 of 4 trials done, best error 12.50 %',
      'started trial 2 (regnetx, depths 1,1,4,7 widths 24,56,152,368)',
      'lost trial 2, attempt 1: its process was killed; it is planned again',
      'interrupted: 1 completed, 1 failed, 2 waiting; run the same command again to go on',
      '',
    ]);
  });

  it('writes every event as a line of JSON when asked', () => {
    const lines = show({ isTTY: true, json: true }).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  });

  it('leaves on a terminal what stays true, and gives the cursor back', () => {
    const shown = replay(show({ isTTY: true }));
    expect(shown).toEqual([
      'failed trial 4 (regnetx): no images in 1 s · 2 of 4 trials done, best error 12.50 %',
      'lost trial 2, attempt 1: its process was killed; it is planned again',
      'interrupted: 1 completed, 1 failed, 2 waiting; run the same command again to go on',
    ]);
    expect(show({ isTTY: true }).endsWith('\u001b[?25h')).toBe(true);
  });

  it('has a line for every event that tells people something', () => {
    expect(describeEvent({ kind: 'note', at: 0, text: 'a sentence' }, noProgress)).toBe('a sentence');
    expect(describeEvent({ kind: 'counts', at: 0, counts: noCounts }, noProgress)).toBeUndefined();
  });
});

/** The lines that a terminal shows after these characters: knows the few sequences that the display writes. */
function replay(written: string): string[] {
  const lines: string[] = [];
  let row = 0;
  // Each piece begins with what followed an escape character: a sequence, then text.
  for (const piece of written.split('\u001b')) {
    const [, sequence = '', text = ''] = /^(\[\??\d*[A-Za-z])?([^]*)$/.exec(piece) ?? [];
    if (sequence.endsWith('A')) row -= Number(sequence.slice(1, -1));
    if (sequence === '[0J') lines.length = row;
    const parts = text.replaceAll('\r', '').split('\n');
    for (const [i, part] of parts.entries()) {
      if (i > 0) row++;
      if (part !== '') lines[row] = part;
    }
  }
  return lines;
}
