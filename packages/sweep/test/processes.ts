/** Real processes for tests: supervisors that can be killed, and the sweeps they work on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { NewTrial, Store, Sweep } from '@netspace/store/store';
import { completeRecipe } from '@netspace/train/recipe';
import type { StopRule } from '@netspace/train/stop-rule';
import { formatSweepPlan, type SweepPlan } from '../plan-hash.ts';
import type { SweepEvent } from '../sweep-event.ts';
import { recordRecipe } from '../recipe-record.ts';

export const fakeWorker = new URL('./fake-worker.mjs', import.meta.url);

/** Processes run what is compiled: says so when that is older than the sources. */
export function checkBuild(): void {
  for (const folder of [new URL('../', import.meta.url), new URL('../../store/', import.meta.url)]) {
    const built = statSync(new URL('dist/.tsbuildinfo', folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const newer = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .find((name) => statSync(new URL(name, folder)).mtimeMs > built);
    if (newer !== undefined)
      throw new Error(`${fileURLToPath(folder)}dist is older than ${newer}; run "npx tsc -b packages/sweep"`);
  }
}

export interface FakeTrial {
  readonly name?: string;
  /** Milliseconds of an epoch. */
  readonly pace: number;
}

interface FakePlan {
  readonly dataName?: string;
  readonly planHash?: string;
  readonly epochs?: number;
  readonly earlyStopping?: StopRule;
}

/** A sweep whose trials fake workers train, each for three epochs unless told otherwise. */
export async function addFakeSweep(
  store: Store,
  trials: readonly FakeTrial[],
  { dataName = 'fake', planHash = 'abcdef', epochs = 3, earlyStopping }: FakePlan = {},
): Promise<Sweep> {
  const recipe = completeRecipe({ epochs });
  const plan: SweepPlan = {
    seed: 1,
    spaces: [],
    data: { name: dataName, seed: '1/data', validationShare: 0.2 },
    recipe,
    ...(earlyStopping && { earlyStopping }),
    threads: 1,
  };
  const planned = trials.map((trial, index) => fakeTrial(trial, index, recordRecipe(recipe)));
  const sweep = { name: 'fake', planHash, plan: formatSweepPlan(plan) };
  return (await store.addSweep(sweep, planned)).sweep;
}

function fakeTrial({ name, pace }: FakeTrial, index: number, recipe: NewTrial['recipe']): NewTrial {
  return {
    space: 'fake-space',
    network: {
      ...(name !== undefined && { name }),
      stem: { kind: 'simple', width: 8 },
      stages: [{ depth: pace, width: 8, stride: 2, bottleneckRatio: 1, groupWidth: 8 }],
      block: 'bottleneck',
      seRatio: 0,
      head: { width: 0 },
      activation: 'relu',
    },
    flops: pace * 1000,
    params: 1,
    activations: 1,
    recipe,
    seed: index * 7919 + 1,
    cost: pace,
  };
}

/** What a sweep came to: a line for each trial, the same for every undisturbed or disturbed run of it. */
export async function readTable(store: Store, sweep: Sweep): Promise<string[]> {
  const lines: string[] = [];
  for await (const { index, status, error, bestError, stopped, curve } of store.population(sweep.id))
    lines.push(JSON.stringify({ index, status, error, bestError, stopped, curve }));
  return lines;
}

export interface SupervisorProcess {
  readonly child: ChildProcess;
  readonly events: SweepEvent[];
  /** Process numbers of the workers it has had. */
  readonly workers: Set<number>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exit: Promise<number | string>;
  /** Resolves when an event of the kind has come, the `count`th of them. */
  seen(kind: SweepEvent['kind'], count?: number): Promise<void>;
}

const started = new Set<ChildProcess>();

/** Leaves no supervisor behind when a test fails, not even a stopped one. */
export function endSupervisors(): void {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
}

export function startSupervisor(file: string, options: object = {}): SupervisorProcess {
  const program = fileURLToPath(new URL('./fake-supervisor.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, file, 'fake', JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return followSupervisor(child);
}

/** Follows a supervisor that writes its events to stdout, and ends it with the others. */
export function followSupervisor(child: ChildProcess & { readonly stdout: Readable }): SupervisorProcess {
  started.add(child);
  const events: SweepEvent[] = [];
  const workers = new Set<number>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const event: SweepEvent = JSON.parse(line);
    events.push(event);
    if (event.kind === 'worker' && event.pid !== undefined) workers.add(event.pid);
    lines.emit('event');
  });
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    events,
    workers,
    exit,
    seen: async (kind, count = 1) => {
      const isComplete = () => events.filter((event) => event.kind === kind).length >= count;
      while (!isComplete()) {
        const ended = await Promise.race([once(lines, 'event').then(() => false), exit.then(() => true)]);
        // The last lines may still be on their way when the process has gone.
        if (ended) await sleep(50);
        if (ended && !isComplete())
          throw new Error(`the supervisor ended before "${kind}" came ${count} times`);
      }
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a condition holds; throws after a minute, which a busy machine may need to start a process. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 60_000; !(await condition());) {
    if (performance.now() > end) throw new Error(`a minute has passed, and not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
