/** A sweep whose processes are killed again and again, and started again by the same command until it has come to its end. */
import { existsSync, readdirSync } from 'node:fs';
import type { Random } from '@netspace/stats/random';
import { isAlive, until } from '../../packages/sweep/test/processes.ts';
import { actAt, moments, type Moment, type Places } from './moments.ts';
import { killGroup, startRun, workerOf, type Command, type RunProcess } from './run-process.ts';

/** `both`: the supervisor and its workers in one stroke. */
type Victim = 'worker' | 'supervisor' | 'both';

export interface Strike {
  readonly victim: Victim;
  readonly moment: Moment;
}

const victims: readonly Victim[] = ['worker', 'supervisor', 'both'];

/** Every victim at every moment. */
export const strikes: readonly Strike[] = moments.flatMap((moment) =>
  victims.map((victim) => ({ victim, moment })),
);

/** As many strikes, each kind as often as every other (or once more), in random order. */
export function drawStrikes(count: number, stream: Random): Strike[] {
  const all = Array.from({ length: count }, (_, i) => strikes[i % strikes.length] as Strike);
  const keyed = all.map((strike) => [stream.below(2 ** 30), strike] as const);
  return keyed.toSorted(([a], [b]) => a - b).map(([, strike]) => strike);
}

export interface Storm {
  readonly struck: readonly Strike[];
  /** How often a kill left the draft of a checkpoint: it came in the midst of writing. */
  readonly drafts: number;
  /** How often a trial went on from a checkpoint. */
  readonly resumed: number;
}

/** Strikes until there is no strike or no trial left, and lets the sweep come to its end. */
export async function storm(
  command: Command,
  places: Places,
  planned: readonly Strike[],
  stream: Random,
): Promise<Storm> {
  const runs = [startRun(command)];
  const struck: Strike[] = [];
  let drafts = 0;
  const current = (): RunProcess => runs.at(-1) as RunProcess;
  for (const strike of planned) {
    if (!(await strikeOnce(current(), strike, places, stream))) break;
    struck.push(strike);
    if (strike.victim !== 'worker') await current().exit;
    if (hasDraft(places)) drafts++;
    if (strike.victim !== 'worker') runs.push(startRun(command));
  }
  const end = await current().exit;
  if (end !== 0) throw new Error(`the same command ended with ${end}: ${current().words()}`);
  await until(() => !runs.some(({ workers }) => [...workers].some(isAlive)), 'no worker is left');
  const resumed = runs.flatMap(({ events }) => events.filter(({ kind }) => kind === 'resumed')).length;
  return { struck, drafts, resumed };
}

/** False: the sweep had come to its end before. */
async function strikeOnce(run: RunProcess, strike: Strike, places: Places, stream: Random): Promise<boolean> {
  const { victim, moment } = strike;
  if (victim === 'worker' && !(await hasWorker(run))) return false;
  let hit = false;
  await actAt(moment, places, stream, run.exit, (trial) => {
    if (victim === 'worker') hit = killWorker(run, trial, stream);
    else if (run.child.exitCode === null && run.child.signalCode === null) {
      hit = true;
      if (victim === 'both') killGroup(run);
      else run.child.kill('SIGKILL');
    }
  });
  return hit;
}

/** Waits for a worker; false when the sweep ends first. */
async function hasWorker(run: RunProcess): Promise<boolean> {
  const seen = run.living().length > 0 || run.seen('started').then(() => true);
  return Promise.race([seen, run.exit.then(() => false)]).catch(() => false);
}

/** The worker that trains a trial, or any. */
function killWorker(run: RunProcess, trial: number | undefined, stream: Random): boolean {
  const living = run.living();
  const of = trial === undefined ? undefined : workerOf(run, trial);
  const victim = of !== undefined && isAlive(of) ? of : living[stream.below(living.length || 1)];
  if (victim === undefined) return false;
  process.kill(victim, 'SIGKILL');
  return true;
}

function hasDraft({ checkpoints }: Places): boolean {
  return existsSync(checkpoints) && readdirSync(checkpoints).some((name) => name.endsWith('.draft'));
}
