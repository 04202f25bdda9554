/** The two sweeps of a search as plans, in files that "netspace run" takes as well: the candidates with halving, and the finals. */
import type { Network } from '@netspace/network/network';
import { formatNetwork } from '@netspace/network/interchange';
import type { Plan } from '@netspace/sweep/plan';
import { parsePlan } from '@netspace/sweep/plan';
import type { Recipe } from '@netspace/train/recipe';
import type { HalvingRule } from '@netspace/train/stop-rule';
import { validationShare } from './request.ts';

export interface PlanTerms {
  /** Of the sweep, letters, digits, dots and dashes. */
  readonly name: string;
  readonly reference: string;
  readonly seed: number;
  readonly threads: number;
  readonly recipe: Recipe;
}

/** At a ninth of the epochs and at a third, the best third goes on. */
export function halvingOf(epochs: number): HalvingRule {
  const eta = 3;
  return { kind: 'halving', eta, firstRung: Math.max(1, Math.round(epochs / eta ** 2)), leastTrials: 3 };
}

/** All candidates once, with the same seed. */
export function candidatePlan(terms: PlanTerms, networks: readonly Network[]): string {
  const { eta, firstRung } = halvingOf(terms.recipe.epochs);
  return [
    '# The candidates of a search; of those that come to a rung the best third goes on.',
    ...head(terms),
    'spaces:',
    ...share('candidates', networks),
    `earlyStopping: { kind: halving, eta: ${eta}, firstRung: ${firstRung} }`,
    '',
  ].join('\n');
}

/** What was found beside what is published, each trained with the same seeds. */
export function finalPlan(terms: PlanTerms, networks: readonly Network[], seeds: number): string {
  return [
    '# The finals of a search: the best candidates beside published networks of the same cost, trained equally.',
    ...head(terms),
    'spaces:',
    ...networks.flatMap((network) => [...share(network.name ?? 'network', [network]), `    seeds: ${seeds}`]),
    '',
  ].join('\n');
}

export function readSearchPlan(text: string, source: string): Plan {
  return parsePlan(text, source);
}

function head({ name, reference, seed, threads, recipe }: PlanTerms): string[] {
  return [
    `name: ${JSON.stringify(name)}`,
    `seed: ${seed}`,
    `data: { name: ${JSON.stringify(reference)}, validationShare: ${validationShare}, copies: together }`,
    `recipe: ${JSON.stringify(recipe)}`,
    `workers: { threads: ${threads} }`,
  ];
}

function share(name: string, networks: readonly Network[]): string[] {
  return [
    `  - name: ${JSON.stringify(name)}`,
    '    members:',
    ...networks.map((network) => `      - ${formatNetwork(network)}`),
  ];
}
