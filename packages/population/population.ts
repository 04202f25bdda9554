/** A population: a list of trials, written a trial a line (JSONL), and by space. */
import { formatNetwork } from '@netspace/network/interchange';
import type { Trial } from './trial.ts';
import { orderEpoch } from './trial-record.ts';

export interface Group {
  /** The space's name. */
  readonly name: string;
  readonly trials: readonly Trial[];
}

/** One line of JSON without its line break; the keys come in one order, and equal trials give equal lines. */
export function formatTrial(trial: Trial): string {
  const { space, network, status, error, bestError, flops, params, activations, ...rest } = trial;
  const { recipe, seed, curve, reason, generator, provenance, stopped, evaluation, fit } = rest;
  const epochs = curve?.map(orderEpoch);
  const rank = { stopped, recipe, seed, generator, fit, reason, curve: epochs, evaluation, provenance };
  const plain: unknown = JSON.parse(formatNetwork(network));
  return JSON.stringify({
    space,
    network: plain,
    status,
    error,
    bestError,
    flops,
    params,
    activations,
    ...rank,
  });
}

/** All trials, a line each. */
export function formatTrials(trials: readonly Trial[]): string {
  return trials.map((trial) => `${formatTrial(trial)}\n`).join('');
}

/** The trials of each space, in the order in which spaces and trials first come. */
export function groupBySpace(trials: readonly Trial[]): Group[] {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) {
    const members = groups.get(trial.space);
    if (members === undefined) groups.set(trial.space, [trial]);
    else members.push(trial);
  }
  return [...groups].map(([name, members]) => ({ name, trials: members }));
}
