/** What of a plan determines its results, in one canonical form, and the hash that names it. */
import { createHash } from 'node:crypto';
import type { Network } from '@netspace/network/network';
import type { Window } from '@netspace/space/window';
import type { Recipe } from '@netspace/train/recipe';
import type { StopRule } from '@netspace/train/stop-rule';
import type { RecipeDimensions } from './recipe-dimensions.ts';
import type { DataRequest } from './work.ts';

/** One space of a sweep, or a list of networks, and how many of its networks are trained. */
export interface SpaceShare {
  /** The name its trials carry. */
  readonly name: string;
  /** A builtin's name, or a space written in the plan; null where the networks are written down. */
  readonly space: unknown;
  /** To be sampled, or written down. */
  readonly networks: number;
  readonly window: Window;
  /** Rules of one's own that a program adds to the space. */
  readonly ownRules?: readonly OwnRule[];
  /** Networks that are written down instead of sampled. */
  readonly members?: readonly Network[];
  /** How often each member is trained; the k-th training has the same seed for all members of the sweep. */
  readonly seeds?: number;
}

/** A rule that a program adds: what it is known by. */
export interface OwnRule {
  readonly name: string;
  readonly sentence: string;
}

/** A plan as it is kept with its sweep: no name, no comment, no default left out. */
export interface SweepPlan {
  readonly seed: number;
  readonly spaces: readonly SpaceShare[];
  readonly data: DataRequest;
  readonly recipe: Recipe;
  /** Keys of the recipe that are drawn for each trial; `recipe` has one of their values. */
  readonly recipeDimensions?: RecipeDimensions;
  /** Names of the dimensions of the recipe that a program draws. */
  readonly ownDimensions?: readonly string[];
  /** Left out: every trial is trained to its last epoch. */
  readonly earlyStopping?: StopRule;
  /** Threads of a worker: another number sums in another order. */
  readonly threads: number;
}

/** The canonical text of a plan: JSON with sorted keys. */
export function formatSweepPlan(plan: SweepPlan): string {
  const { seed, spaces, data, recipe, recipeDimensions, ownDimensions, earlyStopping, threads } = plan;
  const all = { seed, spaces, data, recipe, recipeDimensions, ownDimensions, earlyStopping, threads };
  return JSON.stringify(canonical(all));
}

/** The plan that `formatSweepPlan` wrote. */
export function readSweepPlan(text: string): SweepPlan {
  return JSON.parse(text);
}

/** Whether a sweep has a plan to train by; what was imported has none. */
export function isSweepPlan(text: string): boolean {
  const { recipe, data }: { readonly recipe?: unknown; readonly data?: unknown } = JSON.parse(text);
  return typeof recipe === 'object' && typeof data === 'object';
}

/** Why no trial of a sweep can be planned again, in a sentence; undefined where they can. */
export function refuseRetry({ name, id, plan }: NamedPlan): string | undefined {
  if (isSweepPlan(plan)) return undefined;
  return `${name} (#${id}) was imported: it has no plan to train by, so none of its trials can be planned again`;
}

export interface NamedPlan {
  readonly name: string;
  readonly id: number;
  readonly plan: string;
}

/** SHA-256 of the canonical plan, in hex: equal for equal results, whatever a plan's name, layout and order of keys. */
export function planHash(plan: SweepPlan): string {
  return createHash('sha256').update(formatSweepPlan(plan)).digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  // The open end of a window, which JSON has no number for.
  if (value === Infinity) return 'Infinity';
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, canonical(each)]));
}
