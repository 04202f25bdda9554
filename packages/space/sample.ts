/** Samples of a space: distinct networks inside a window of complexity, from a seed alone. */
import { countWithin, type Complexity } from '@netspace/network/complexity';
import { networkKey } from '@netspace/network/interchange';
import type { InputShape } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { drawerOf, type Draw, type DrawNetwork } from './draw.ts';
import { explainFailure, type DrawCounts } from './misses.ts';
import { predicatesOf, type Predicate } from './rule.ts';
import type { Space } from './space.ts';
import { isInside, limitsOf, type Window } from './window.ts';

export interface SampleOptions {
  /** Networks asked for. */
  readonly count: number;
  readonly seed: number | string;
  /** What complexity is counted at. */
  readonly input: InputShape;
  readonly window?: Window;
  /** Gives up after so many draws, or when it is plain that they will not do; default 5 million. */
  readonly mostDraws?: number;
}

export interface SampledNetwork extends Draw {
  readonly complexity: Complexity;
}

export interface Sample {
  /** Distinct, in the order of their draws: a larger sample of the same seed begins with a smaller one. */
  readonly networks: readonly SampledNetwork[];
  readonly drawn: number;
  readonly accepted: number;
  /** accepted / drawn. */
  readonly acceptance: number;
}

/** A request that no sample meets; the message says how near draws came. */
export class SamplingError extends Error {
  readonly code = 'SAMPLING';
}

/** Draws that have one stream of random numbers: block k of a seed is the same whoever draws it. */
const BLOCK = 256;

/** With fewer draws the acceptance says too little. */
const FIRST_LOOK = 100_000;

/** Draws without any member after which there is taken to be none: a share of 1 in 100,000 would be missed in 1 of 150 cases. */
const LAST_LOOK = 500_000;

/**
 * Networks with the probabilities of the space's distributions, conditioned on rules and window; one that was drawn before is
 * dropped. Rules on stages are not tried but drawn from; a network is counted only until it is beyond the window, and rules on
 * whole networks are tried last. Throws a SamplingError where the window has no members, or so few that `mostDraws` will not do.
 */
export function sampleNetworks(space: Space, request: SampleOptions): Sample {
  const { count, mostDraws = 5_000_000 } = request;
  checkRequest(request);
  const networks: SampledNetwork[] = [];
  const take = taker(space, request, networks);
  const counts: DrawCounts = { drawn: 0, shapeless: 0, broken: 0, repeated: 0, repeatedInRow: 0 };
  for (const draft of drafts(drawerOf(space), request.seed)) {
    if (networks.length === count) break;
    counts.drawn++;
    if (draft) take(draft, counts);
    else counts.shapeless++;
    if (isExhausted(counts, networks.length) || isHopeless(counts.drawn, networks.length, count, mostDraws))
      throw new SamplingError(
        explainFailure(space, request, { ...counts, accepted: networks.length }, (most) =>
          firstDrafts(space, request.seed, most),
        ),
      );
  }
  const accepted = networks.length;
  const { drawn } = counts;
  return { networks, drawn, accepted, acceptance: drawn === 0 ? 0 : accepted / drawn };
}

function* drafts(draw: DrawNetwork, seed: number | string): Generator<Draw | undefined, never> {
  for (let block = 0; ; block++) {
    const stream = random(seed).fork(`draws ${block}`);
    for (let i = 0; i < BLOCK; i++) yield draw(stream);
  }
}

function* firstDrafts(space: Space, seed: number | string, most: number): Generator<Draw> {
  let drawn = 0;
  for (const draft of drafts(drawerOf(space), seed)) {
    if (drawn++ === most) return;
    if (draft) yield draft;
  }
}

/** Adds a draft to the networks if it is new, inside the window and obeys the rules; else counts why not. */
function taker(
  space: Space,
  { input, window = {} }: SampleOptions,
  networks: SampledNetwork[],
): (draft: Draw, counts: DrawCounts) => void {
  const predicates: readonly Predicate[] = predicatesOf(space.rules);
  const limits = limitsOf(window);
  const keys = new Set<string>();
  return (draft, counts) => {
    const complexity = countWithin(draft.network, input, limits);
    if (!complexity || !isInside(complexity, window)) return;
    const key = networkKey(draft.network);
    if (keys.has(key)) {
      counts.repeated++;
      counts.repeatedInRow++;
    } else if (!predicates.every(({ holds }) => holds(draft.network))) counts.broken++;
    else {
      counts.repeatedInRow = 0;
      keys.add(key);
      networks.push({ ...draft, complexity });
    }
  };
}

/** What is not among the accepted networks yet has hardly any probability left: a thousandth at most, and less than theirs. */
function isExhausted({ repeatedInRow }: DrawCounts, accepted: number): boolean {
  return repeatedInRow >= 20_000 + 20 * accepted;
}

/** After each further `FIRST_LOOK` draws: whether the rate so far leaves the goal out of reach. */
function isHopeless(drawn: number, accepted: number, count: number, mostDraws: number): boolean {
  if (accepted === count) return false;
  if (drawn >= mostDraws) return true;
  if (drawn % FIRST_LOOK !== 0) return false;
  if (accepted === 0) return drawn >= LAST_LOOK;
  // A rate three times the one that was seen is still not enough.
  return (count * drawn) / (3 * (accepted + 1)) > mostDraws;
}

function checkRequest({ count, window = {}, mostDraws = 1 }: SampleOptions): void {
  if (!(Number.isInteger(count) && count >= 1 && count <= 1e6))
    throw new SamplingError(`${count} networks cannot be sampled; ask for a whole number from 1 to 1000000`);
  if (!(mostDraws >= 1)) throw new SamplingError(`mostDraws ${mostDraws}: it must be at least 1`);
  for (const [name, range] of Object.entries(window))
    if (!(range.low <= range.high && range.high >= 0))
      throw new SamplingError(
        `window of ${name} from ${range.low} to ${range.high}: its low end must be at most its high end, neither below 0`,
      );
}
