/** From a plan to its trials: the same networks and seeds every time, whoever trains them and in whatever order. */
import { countComplexity } from '@netspace/network/complexity';
import type { InputShape, Network } from '@netspace/network/network';
import { sampleNetworks, SamplingError, type Sample, type SampleOptions } from '@netspace/space/sample';
import type { Space } from '@netspace/space/space';
import { random } from '@netspace/stats/random';
import type { NewTrial } from '@netspace/store/store';
import { RecipeError, type Recipe } from '@netspace/train/recipe';
import { trainingCost, workloadOf } from './cost.ts';
import type { SweepPlan } from './plan-hash.ts';
import type { Plan } from './plan.ts';
import { PlanError } from './plan-source.ts';
import { recipeSampler } from './recipe-dimensions.ts';
import { recordRecipe } from './recipe-record.ts';

/** How a space was sampled. */
export interface SpaceSample {
  readonly name: string;
  readonly networks: number;
  /** Networks drawn in all, and the share of them that was inside the window and new. */
  readonly drawn: number;
  readonly acceptance: number;
}

export interface PlannedTrials {
  readonly trials: readonly NewTrial[];
  readonly samples: readonly SpaceSample[];
}

/**
 * Samples the networks of a plan; complexity is at the data set's resolution. The stream of a space is forked by its
 * name, a trial's seed by its index, so both depend on the plan alone.
 */
export function planTrials(plan: Plan, input: InputShape): PlannedTrials {
  const { seed } = plan.sweep;
  const samples: SpaceSample[] = [];
  const trials = plan.sweep.spaces.flatMap((share, i): Drawn[] => {
    if (share.members) return listMembers(share.members, share, seed, input);
    const { name, networks, window } = share;
    const space = plan.spaces[i];
    if (!space) throw new Error(`${plan.source}: space ${name} was not read`);
    const options = { count: networks, seed: `${seed}/space/${name}`, input, window };
    const sample = samplePlaced(space, options, plan.places[i] ?? plan.source);
    samples.push({ name, networks, drawn: sample.drawn, acceptance: sample.acceptance });
    return sample.networks.map(({ network, generator, complexity }) => ({
      space: name,
      network,
      ...(generator && { generator }),
      ...complexity,
    }));
  });
  const recipes = sampleRecipes(plan, trials.length);
  const planned = trials.map((trial, index) => {
    const recipe = recipes[index] ?? plan.sweep.recipe;
    return {
      ...trial,
      recipe: recordRecipe(recipe),
      seed: trial.seed ?? trialSeed(seed, index),
      cost: trainingCost(workloadOf(trial.network, input), recipe),
    };
  });
  return { trials: planned, samples };
}

type Drawn = Omit<NewTrial, 'recipe' | 'seed' | 'cost'> & { readonly seed?: number };

/** The members once with the first seed, then all of them with the next: networks that are compared meet the same seeds. */
function listMembers(
  members: readonly Network[],
  { name, seeds = 1 }: SweepPlan['spaces'][number],
  planSeed: number,
  input: InputShape,
): Drawn[] {
  const counted = members.map((network) => ({ space: name, network, ...countComplexity(network, input) }));
  return Array.from({ length: seeds }, (_, k) => replicateSeed(planSeed, k)).flatMap((seed) =>
    counted.map((each) => ({ ...each, seed })),
  );
}

/** A recipe that cannot be followed, though each of its keys may have the value that was drawn, is a mistake of the plan. */
function sampleRecipes({ sweep, recipePlace, ownDimensions }: Plan, count: number): Recipe[] {
  const sample = recipeSampler(sweep.recipe, sweep.recipeDimensions, sweep.seed, ownDimensions);
  return Array.from({ length: count }, (_, index) => {
    try {
      return sample(index);
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      throw new PlanError(`${recipePlace}: the recipe drawn for trial ${index + 1}: ${error.message}`, {
        cause: error,
      });
    }
  });
}

/** A space without enough networks in its window is a mistake of the plan, at a place in it. */
function samplePlaced(space: Space, options: SampleOptions, place: string): Sample {
  try {
    return sampleNetworks(space, options);
  } catch (error) {
    if (!(error instanceof SamplingError)) throw error;
    throw new PlanError(`${place}: ${error.message}`, { cause: error });
  }
}

/** Seed of the k-th training of each network that is written down (from 0): a whole number below 2^32. */
export function replicateSeed(planSeed: number, k: number): number {
  return random(planSeed).fork('replicate').fork(String(k)).below(0x100000000);
}

/** Seed of the trial at a place of the plan (from 0): a whole number below 2^32. */
export function trialSeed(planSeed: number, index: number): number {
  return random(planSeed).fork('trial').fork(String(index)).below(0x100000000);
}
