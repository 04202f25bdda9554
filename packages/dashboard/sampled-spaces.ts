/** From which design spaces the networks of selections were sampled, as far as it is known. */
import { findDeclared } from '@netspace/space/builtin';
import type { Space } from '@netspace/space/space';
import type { Sweep } from '@netspace/store/store';
import { isSweepPlan, readSweepPlan } from '@netspace/sweep/plan-hash';
import type { SelectedTrials } from './selected-trials.ts';

/** By the names of groups: the spaces of one selection; of several each selection all of whose networks are of one space. */
export function sampledSpaces(selected: readonly SelectedTrials[]): Readonly<Record<string, Space>> {
  const groups = selected.flatMap(({ name: group, sweep, trials }) => {
    const names = [...new Set(trials.map(({ space }) => space))];
    if (selected.length === 1) return names.map((name) => ({ group: name, sweep, name }));
    return names.length === 1 ? names.map((name) => ({ group, sweep, name })) : [];
  });
  const known = groups.flatMap(({ group, sweep, name }): [string, Space][] => {
    const space = spaceOf(sweep, name);
    return space === undefined ? [] : [[group, space]];
  });
  return Object.fromEntries(known);
}

function spaceOf({ plan }: Sweep, name: string): Space | undefined {
  const spaces = isSweepPlan(plan) ? readSweepPlan(plan).spaces : [];
  return findDeclared(name, spaces.find((each) => each.name === name)?.space);
}
