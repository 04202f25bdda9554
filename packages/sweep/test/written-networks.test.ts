import { countComplexity } from '@netspace/network/complexity';
import { findModel } from '@netspace/network/zoo';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../plan.ts';
import { formatSweepPlan, planHash, readSweepPlan } from '../plan-hash.ts';
import { planTrials } from '../trials.ts';

const planOf = (seeds: string) =>
  parsePlan(
    `name: written
seed: 4
spaces:
  - name: small
    members:
      - RegNetX-200MF
      - { name: mine, stages: [{ depth: 1, width: 16, groupWidth: 8 }] }
${seeds}
  - { name: large, members: [ResNet-50], seeds: 2 }
data: fashion-mnist-12k
recipe: quick
`,
    'plan.yaml',
  );

const input = { resolution: 28, channels: 1, classes: 10 };

describe('networks that are written in a plan', () => {
  const plan = planOf('    seeds: 3');
  const { trials, samples } = planTrials(plan, input);

  it('are all trained with the first seed before any is with the next', () => {
    expect(trials.map(({ space, network }) => `${space} ${network.name}`)).toEqual([
      ...Array.from({ length: 3 }, () => ['small RegNetX-200MF', 'small mine']).flat(),
      'large ResNet-50',
      'large ResNet-50',
    ]);
    expect(samples).toEqual([]);
  });

  it('meet the same seeds, whatever their list, and as many different ones as are asked for', () => {
    const seedsOf = (name: string) =>
      trials.filter(({ network }) => network.name === name).map(({ seed }) => seed);
    expect(new Set(seedsOf('mine')).size).toBe(3);
    expect(seedsOf('RegNetX-200MF')).toEqual(seedsOf('mine'));
    expect(seedsOf('ResNet-50')).toEqual(seedsOf('mine').slice(0, 2));
  });

  it('are counted for the images of the plan', () => {
    const { network } = findModel('ResNet-50');
    expect(trials.at(-1)).toMatchObject(countComplexity(network, input));
  });

  it('are a part of what the plan determines', () => {
    expect(planHash(planOf('    seeds: 1').sweep)).toBe(planHash(planOf('').sweep));
    expect(planHash(planOf('    seeds: 2').sweep)).not.toBe(planHash(plan.sweep));
    expect(readSweepPlan(formatSweepPlan(plan.sweep)).spaces[0]?.members).toEqual(
      plan.sweep.spaces[0]?.members,
    );
  });
});
