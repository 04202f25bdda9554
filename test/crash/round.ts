/** One sweep through a storm, and what is to be said of it afterwards. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '@netspace/stats/random';
import type { Engine } from './engines.ts';
import { runToEnd, writePlan } from './run-process.ts';
import { drawStrikes, storm, type Storm } from './storm.ts';
import { judgeSweep, readTable, type Verdict } from './table.ts';

export interface Round extends Verdict, Storm {
  readonly seconds: number;
}

/** The table of a run that nobody disturbs. */
export async function readCalmTable(engine: Engine, folder: string, networks?: number): Promise<string[]> {
  const own = join(folder, 'calm');
  mkdirSync(own);
  const store = await engine.newStore(own);
  await runToEnd({ plan: writePlan(own, networks), store: store.location });
  const opened = await store.open();
  try {
    return await readTable(opened, await opened.findSweep('crash'));
  } finally {
    await opened.close();
  }
}

/** The folder itself may have been made by a strike that waited for a checkpoint when the sweep had just ended. */
function filesLeft(checkpoints: string): string[] {
  const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
  return names.map((name) => `checkpoint ${name} is left`);
}

/** What cannot be struck, since the sweep has come to its end, is left for the next round. */
export async function runRound(
  engine: Engine,
  folder: string,
  seed: string,
  count: number,
  expected: readonly string[],
): Promise<Round> {
  const begun = performance.now();
  const own = join(folder, seed.replaceAll(/\W/g, '-'));
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own);
  const { location, places, open } = await engine.newStore(own);
  const command = { plan: writePlan(own), store: location };
  const stream = random(seed);
  const weather = await storm(command, places, drawStrikes(count, stream), stream);
  const opened = await open();
  try {
    const verdict = await judgeSweep(opened, 'crash', expected);
    const faults = [...verdict.faults, ...filesLeft(places.checkpoints)];
    const seconds = (performance.now() - begun) / 1000;
    return { ...weather, ...verdict, faults, seconds };
  } finally {
    await opened.close();
    rmSync(own, { recursive: true, force: true });
  }
}
