/** Samples networks of a space, in a window of complexity: from a seed alone, no network twice. */
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import { networkKey } from '@netspace/network/interchange';
import type { InputShape } from '@netspace/network/network';
import { formatQuantity, type Range } from '@netspace/network/quantity';
import { random } from '@netspace/stats/random';
import { drawerOf, type Draw } from './draw.ts';
import type { Space } from './space.ts';

/** Inclusive ranges; what is left out is free. */
export interface Window {
  readonly flops?: Range;
  readonly params?: Range;
  readonly activations?: Range;
}

export interface SampleOptions {
  /** Networks wanted, at least 1. */
  readonly count: number;
  readonly seed: number | string;
  /** What the networks are applied to when their complexity is counted. */
  readonly input: InputShape;
  readonly window?: Window;
}

export interface SampledNetwork extends Draw {
  readonly complexity: Complexity;
}

export interface Sample {
  /** In the order in which they were drawn. */
  readonly networks: readonly SampledNetwork[];
  readonly drawn: number;
  readonly accepted: number;
  /** accepted / drawn. */
  readonly acceptance: number;
}

/** A request that no draw, or too few, can meet. */
export class SamplingError extends Error {
  readonly code = 'SAMPLING';
}

/** Draws without a new network after which a request is hopeless. */
const PATIENCE = 100_000;

/**
 * Draw i has a stream of its own, forked from the seed, so the networks do not depend on how draws are batched. Throws a SamplingError
 * after 100,000 draws in a row that yield nothing new.
 */
export function sampleNetworks(space: Space, options: SampleOptions): Sample {
  const { count, seed, input, window = {} } = options;
  const draw = drawerOf(space);
  const stream = random(seed);
  const seen = new Set<string>();
  const networks: SampledNetwork[] = [];
  const near = new NearMisses(window);
  let [drawn, idle] = [0, 0];
  while (networks.length < count) {
    const made = draw(stream.fork(`draw ${drawn++}`));
    const accepted = made && acceptDraw(made, input, window, near);
    const key = accepted && networkKey(accepted.network);
    if (accepted === undefined || key === undefined || seen.has(key)) {
      if (++idle >= PATIENCE) throw hopeless(space, options, { drawn, found: networks.length, near });
      continue;
    }
    idle = 0;
    seen.add(key);
    networks.push(accepted);
  }
  return { networks, drawn, accepted: count, acceptance: count / drawn };
}

function acceptDraw(
  made: Draw,
  input: InputShape,
  window: Window,
  near: NearMisses,
): SampledNetwork | undefined {
  const complexity = countComplexity(made.network, input);
  near.note(complexity);
  return isInside(complexity, window) ? { ...made, complexity } : undefined;
}

const measures = ['flops', 'params', 'activations'] as const;

function isInside(complexity: Complexity, window: Window): boolean {
  return measures.every((measure) => {
    const range = window[measure];
    return range === undefined || (complexity[measure] >= range.low && complexity[measure] <= range.high);
  });
}

/** What was drawn outside the window: how near it came, and how far it reached. */
class NearMisses {
  readonly #window: Window;
  readonly #reach = new Map<string, { low: number; high: number; nearest: number; distance: number }>();

  constructor(window: Window) {
    this.#window = window;
  }

  note(complexity: Complexity): void {
    for (const measure of measures) {
      const range = this.#window[measure];
      if (range === undefined) continue;
      const value = complexity[measure];
      const kept = this.#reach.get(measure) ?? {
        low: value,
        high: value,
        nearest: value,
        distance: Infinity,
      };
      const distance = Math.max(range.low - value, value - range.high, 0);
      if (distance < kept.distance) [kept.nearest, kept.distance] = [value, distance];
      kept.low = Math.min(kept.low, value);
      kept.high = Math.max(kept.high, value);
      this.#reach.set(measure, kept);
    }
  }

  describe(): string {
    return [...this.#reach]
      .map(
        ([measure, { low, high, nearest, distance }]) =>
          `${measure} reached from ${formatQuantity(low)} to ${formatQuantity(high)}${distance === 0 ? '' : `, the nearest to the window was ${nearest}`}`,
      )
      .join('; ');
  }
}

function hopeless(
  { name }: Space,
  { count }: SampleOptions,
  { drawn, found, near }: { drawn: number; found: number; near: NearMisses },
): SamplingError {
  const reached = near.describe();
  const reason = reached === '' ? '' : ` (${reached})`;
  return found === 0
    ? new SamplingError(
        `space ${name}: no network in the window after ${drawn} draws${reason}; widen the window or the space's dimensions`,
      )
    : new SamplingError(
        `space ${name}: only ${found} of ${count} different networks in the window after ${drawn} draws${reason}; ask for ${found}, or widen the window`,
      );
}
