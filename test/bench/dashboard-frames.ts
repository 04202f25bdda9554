/// <reference lib="dom" />
/**
 * Does the RegNet explorer follow a hand on its sliders? They are dragged in Chromium by real pointer events; told are the times between frames, and
 * what the page's main thread computes in each, in CPU time (script, style, layout, painting as a list of commands). What a rasterizer without a graphics
 * card takes beside it shows in the former alone.
 *
 * npx tsx --conditions netspace-source bench/dashboard-frames.ts (in test) [--seconds 4] [--trials 400]
 */
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { importTrials, makeStore } from '../../packages/dashboard/test/example-store.ts';
import { launchBrowser } from '../browser.ts';
import { startOn } from '../dashboard-browser.ts';

/** Milliseconds of a frame at 60 a second. */
const goal = 1000 / 60;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, trials: { type: 'string', default: '400' } },
});

/** In which the tasks of a thread, and the frames that it has begun, are told. */
const categories = ['devtools.timeline', 'devtools.timeline.frame', 'toplevel', '__metadata'].flatMap(
  (name) => [name, `disabled-by-default-${name}`],
);

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of it the thread's own, whatever else the machine does. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

const example = await makeStore();
await importTrials(example.store, { regnetx: Number(values.trials) });
const dashboard = await startOn(example);
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(new URL('/regnet', dashboard.link).href);
  await page.locator('[data-measure="flops"]').waitFor();
  print(
    'slider',
    'frames',
    'between p50',
    'p95',
    'max',
    'computing p50',
    'p95',
    'max',
    `above ${goal.toFixed(1)}`,
    'long tasks',
  );
  for (const knob of ['d', 'w0', 'wa', 'wm', 'g'])
    report(knob, await traceOf(browser, page, () => drag(page, knob, Number(values.seconds) * 1000)));
} finally {
  await browser.close();
  await dashboard.close();
  await example.remove();
}

async function drag(page: Page, knob: string, milliseconds: number): Promise<void> {
  const slider = page.locator(`#knob-${knob}`);
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  if (!box) throw new Error(`there is no slider ${knob}`);
  const { x, y, width, height } = box;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  const start = performance.now();
  for (let passed = 0; passed < milliseconds; passed = performance.now() - start)
    await page.mouse.move(x + width * (0.5 - 0.45 * Math.cos(passed / 300)), y + height / 2);
  await page.mouse.up();
}

async function traceOf(
  within: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<readonly TraceEvent[]> {
  await within.startTracing(page, { categories: [...categories] });
  await act();
  const text = (await within.stopTracing()).toString('utf8');
  return (JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] }).traceEvents;
}

/** Of the page's main thread alone: that which has begun most frames. */
function report(knob: string, events: readonly TraceEvent[]): void {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const threads = mains.map(({ pid, tid }) =>
    events.filter((event) => event.pid === pid && event.tid === tid),
  );
  const framesOf = (own: readonly TraceEvent[]): number[] =>
    own.filter(({ name }) => name === 'BeginMainThreadFrame').map(({ ts }) => ts / 1000);
  const [own = []] = threads.toSorted((a, b) => framesOf(b).length - framesOf(a).length);
  const frames = framesOf(own).toSorted((a, b) => a - b);
  const tasks = own.filter(({ name, dur }) => name === 'RunTask' && dur !== undefined);
  const between = frames.slice(1).map((end, i) => end - (frames[i] ?? end));
  const computing = frames
    .slice(1)
    .map((end, i) =>
      tasks
        .filter(({ ts }) => ts / 1000 >= (frames[i] ?? end) && ts / 1000 < end)
        .reduce((sum, { dur = 0, tdur = dur }) => sum + tdur / 1000, 0),
    );
  const late = computing.filter((each) => each > goal).length;
  // As browsers call what a page's user notices.
  const long = tasks.filter(({ dur = 0, tdur = dur }) => tdur > 50_000).length;
  print(knob, String(frames.length), ...spread(between), ...spread(computing), `${late}`, `${long}`);
}

function spread(times: readonly number[]): string[] {
  const sorted = times.toSorted((a, b) => a - b);
  return [0.5, 0.95, 1].map(
    (share) =>
      `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1)} ms`,
  );
}

function print(...cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell) => cell.padEnd(14)).join('')}\n`);
}
