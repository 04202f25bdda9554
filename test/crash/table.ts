/** What a sweep came to, and whether its history is sound: nothing lost, nothing doubled. */
import type { EpochRecord } from '@netspace/population/trial';
import type { Attempt, Store, StoredTrial, Sweep } from '@netspace/store/store';

/** A line for each trial with all that a plan determines: the same for every run of it, disturbed or not. */
export async function readTable(store: Store, sweep: Sweep): Promise<string[]> {
  const lines: string[] = [];
  for await (const trial of store.population(sweep.id)) lines.push(describe(trial));
  return lines;
}

function describe({ index, space, network, generator, seed, recipe, flops, params, ...rest }: StoredTrial) {
  const { activations, status, error, bestError, stopped, evaluation, curve } = rest;
  const drawn = { index, space, network, generator, seed, recipe, flops, params, activations };
  const result = { status, error, bestError, stopped, evaluation, curve: curve?.map(withoutClock) };
  return JSON.stringify({ ...drawn, ...result });
}

function withoutClock({ seconds: _s, imagesPerSecond: _i, ...rest }: EpochRecord): EpochRecord {
  return rest;
}

export interface Verdict {
  /** Trials without a result. */
  readonly lost: number;
  /** Trials with more than one result, or with an attempt or an epoch that is there twice or missing. */
  readonly doubled: number;
  /** Whether the table is that of an undisturbed run. */
  readonly equal: boolean;
  readonly attempts: number;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
}

export async function judgeSweep(
  store: Store,
  reference: string,
  expected: readonly string[],
): Promise<Verdict> {
  const sweep = await store.findSweep(reference);
  const table = await readTable(store, sweep);
  const trials = await store.trials(sweep.id);
  let [lost, doubled, attempts] = [0, 0, 0];
  const faults = table.flatMap((line, i) =>
    line === expected[i] ? [] : [`trial ${i + 1} is ${line}, and not ${expected[i]}`],
  );
  if (table.length !== expected.length) faults.push(`${table.length} trials, and not ${expected.length}`);
  for (const trial of trials) {
    const history = (await store.trialHistory(trial.id)).attempts;
    attempts += history.length;
    const ends = history.filter(({ status }) => isEnd(status)).length;
    if (ends === 0) lost++;
    const found = findDoubles(history, trial);
    if (found.length > 0) doubled++;
    faults.push(...(ends === 0 ? [`trial ${trial.index + 1} has no result`] : []), ...found);
  }
  const sweeps = (await store.sweeps()).length;
  if (sweeps !== 1) faults.push(`${sweeps} sweeps of one plan`);
  const equal = table.length === expected.length && table.every((line, i) => line === expected[i]);
  return { lost, doubled, equal, attempts, faults };
}

function findDoubles(history: readonly Attempt[], { index, attempt }: StoredTrial): string[] {
  const name = `trial ${index + 1}`;
  const ends = history.filter(({ status }) => isEnd(status)).length;
  const numbers = history.map((each) => each.attempt);
  const isGapless = numbers.every((number, i) => number === i + 1) && numbers.length === attempt;
  return [
    ...(ends > 1 ? [`${name} has ${ends} results`] : []),
    ...(ends === 1 && !isEnd(history.at(-1)?.status) ? [`${name} went on after its result`] : []),
    ...(isGapless ? [] : [`${name} has attempts ${numbers.join(', ')} of ${attempt}`]),
    ...history.flatMap(({ attempt: number, curve, status }) => {
      const epochs = curve.map(({ epoch }) => epoch);
      return [
        ...(epochs.every((epoch, i) => epoch === i + 1)
          ? []
          : [`${name}, attempt ${number}: epochs ${epochs.join(', ')}`]),
        ...(status === 'leased' ? [`${name}, attempt ${number}, is still leased`] : []),
      ];
    }),
  ];
}

function isEnd(status: Attempt['status'] | undefined): boolean {
  return status === 'completed' || status === 'diverged' || status === 'failed';
}
