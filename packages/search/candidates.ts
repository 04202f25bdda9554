/** The networks that a search begins with: drawn from the space near the top of the budget, and quick enough where that is asked. */
import type { Complexity } from '@netspace/network/complexity';
import { formatQuantity } from '@netspace/network/quantity';
import type { InputShape, Network } from '@netspace/network/network';
import { sampleNetworks } from '@netspace/space/sample';
import type { Space } from '@netspace/space/space';
import type { Window } from '@netspace/space/window';
import { formatLatency, mainMeasure, SearchError, type Budget } from './request.ts';

/** A network with what it costs; `latency` in seconds an image on this machine. */
export interface CostedNetwork extends Complexity {
  readonly network: Network;
  readonly latency: number;
}

export interface CandidateTerms {
  readonly space: Space;
  readonly budget: Budget;
  readonly input: InputShape;
  readonly count: number;
  readonly seed: number;
}

/** Candidates cost at least this share of the budget. */
const leastShare = 0.85;

/** As many networks are drawn for each candidate before a latency is given up. */
const mostDraws = 20;

/** The least and the most that candidates cost. */
export function candidateWindow(budget: Budget): Window {
  const { measure, most } = mainMeasure(budget);
  const limits = (['flops', 'params', 'activations'] as const).flatMap((key) => {
    const high = budget[key];
    return high === undefined ? [] : [[key, { low: 0, high }] as const];
  });
  return { ...Object.fromEntries(limits), [measure]: { low: leastShare * most, high: most } };
}

/**
 * The first networks of the seed's sample that are quick enough: those that are not are dropped, and others drawn for them.
 * `measure` tells the latencies of networks, or nothing when it was interrupted; then nothing comes of this either.
 */
export async function drawCandidates(
  terms: CandidateTerms,
  measure: (networks: readonly Network[]) => Promise<readonly number[] | undefined>,
): Promise<readonly CostedNetwork[] | undefined> {
  const { budget, count } = terms;
  const limit = budget.latency ?? Infinity;
  const drawn: CostedNetwork[] = [];
  for (;;) {
    const kept = drawn.filter(({ latency }) => latency <= limit).slice(0, count);
    if (kept.length === count) return kept.map(named);
    if (drawn.length >= mostDraws * count) throw tooSlow(drawn, terms);
    const more = sampleCosts(terms, drawn.length + count - kept.length).slice(drawn.length);
    const latencies = await measure(more.map(({ network }) => network));
    if (!latencies) return undefined;
    drawn.push(...more.map((each, i) => ({ ...each, latency: latencies[i] ?? NaN })));
  }
}

/** A larger sample of the same seed begins with a smaller one. */
function sampleCosts(
  { space, budget, input, seed }: CandidateTerms,
  count: number,
): Omit<CostedNetwork, 'latency'>[] {
  const options = { count, seed: `${seed}/candidates`, input, window: candidateWindow(budget) };
  return sampleNetworks(space, options).networks.map(({ network, complexity }) => ({
    network,
    ...complexity,
  }));
}

function named(candidate: CostedNetwork, index: number): CostedNetwork {
  return { ...candidate, network: { name: `candidate ${index + 1}`, ...candidate.network } };
}

function tooSlow(drawn: readonly CostedNetwork[], { budget, count }: CandidateTerms): SearchError {
  const { measure, most } = mainMeasure(budget);
  const limit = budget.latency ?? Infinity;
  const quick = drawn.filter(({ latency }) => latency <= limit).length;
  const sorted = drawn.map(({ latency }) => latency).toSorted((a, b) => a - b);
  const [fastest = NaN, enough = NaN] = [sorted[0], sorted[count]];
  return new SearchError(
    `of ${drawn.length} networks near ${formatQuantity(most)} ${measure} only ${quick} take at most ${formatLatency(limit)} an image here, and ${count} are wanted; the fastest takes ${formatLatency(fastest)}. ` +
      `Give --latency ${(enough * 1050).toPrecision(2)}ms, a smaller --${measure}, or fewer --candidates`,
  );
}
