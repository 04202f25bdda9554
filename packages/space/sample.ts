/** Samples of a space: distinct networks inside a window of complexity, from a seed alone. */
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import { networkKey } from '@netspace/network/interchange';
import type { InputShape } from '@netspace/network/network';
import type { Range } from '@netspace/network/quantity';
import { random } from '@netspace/stats/random';
import { drawerOf, type Draw, type DrawNetwork } from './draw.ts';
import { explainFailure, Misses } from './misses.ts';
import type { Space } from './space.ts';

/** Both ends of a range are inside; what is left out is not limited. */
export interface Window {
  readonly flops?: Range;
  readonly params?: Range;
  readonly activations?: Range;
}

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
 * dropped. Throws a SamplingError where the window has no members, or so few that `mostDraws` will not do.
 */
export function sampleNetworks(space: Space, request: SampleOptions): Sample {
  const { count, mostDraws = 5_000_000 } = request;
  checkRequest(request);
  const networks: SampledNetwork[] = [];
  const keys = new Set<string>();
  const misses = new Misses(request.window ?? {});
  let drawn = 0;
  for (const draft of drafts(drawerOf(space), request.seed)) {
    if (networks.length === count) break;
    drawn++;
    if (draft) accept(draft, request, keys, networks, misses);
    else misses.shapeless++;
    if (misses.isExhausted(networks.length) || isHopeless(drawn, networks.length, count, mostDraws))
      throw new SamplingError(explainFailure(space, request, { drawn, accepted: networks.length }, misses));
  }
  const accepted = networks.length;
  return { networks, drawn, accepted, acceptance: drawn === 0 ? 0 : accepted / drawn };
}

function* drafts(draw: DrawNetwork, seed: number | string): Generator<Draw | undefined, never> {
  for (let block = 0; ; block++) {
    const stream = random(seed).fork(`draws ${block}`);
    for (let i = 0; i < BLOCK; i++) yield draw(stream);
  }
}

function accept(
  draft: Draw,
  { input, window = {} }: SampleOptions,
  keys: Set<string>,
  networks: SampledNetwork[],
  misses: Misses,
): void {
  const complexity = countComplexity(draft.network, input);
  if (!isInside(complexity, window)) return misses.add(complexity);
  const key = networkKey(draft.network);
  if (keys.has(key)) return misses.addRepeated();
  misses.repeatedInRow = 0;
  keys.add(key);
  networks.push({ ...draft, complexity });
}

function isInside({ flops, params, activations }: Complexity, window: Window): boolean {
  return (
    within(flops, window.flops) && within(params, window.params) && within(activations, window.activations)
  );
}

function within(value: number, range: Range | undefined): boolean {
  return range === undefined || (value >= range.low && value <= range.high);
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
  for (const [name, { low, high }] of Object.entries(window) as [string, Range][])
    if (!(low <= high && high >= 0))
      throw new SamplingError(
        `window of ${name} from ${low} to ${high}: its low end must be at most its high end, neither below 0`,
      );
}
