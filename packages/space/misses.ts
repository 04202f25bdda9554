/** How near the draws of a space came to a window that they missed, and the sentence that it makes. */
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import type { InputShape } from '@netspace/network/network';
import { formatQuantity, type Range } from '@netspace/network/quantity';
import type { Draw } from './draw.ts';
import type { Window } from './window.ts';

/** What became of the draws so far; those that are not named here lay outside the window. */
export interface DrawCounts {
  drawn: number;
  /** Points that make no network: RegNets with another number of stages. */
  shapeless: number;
  /** Inside the window, but against a rule on the whole network. */
  broken: number;
  /** Inside the window, and drawn before. */
  repeated: number;
  /** Of those, since the last network that was new. */
  repeatedInRow: number;
}

const measures = ['flops', 'params', 'activations'] as const;

type Measure = (typeof measures)[number];

/** Draws that are looked at again to see how near they came. */
const SURVEYED = 100_000;

class Misses {
  /** The network outside the window that is nearest to it: the one whose farthest measure is off by the least factor. */
  nearest: Complexity | undefined;
  readonly #window: Window;
  #factor = Infinity;
  readonly #least: Record<Measure, number> = { flops: Infinity, params: Infinity, activations: Infinity };
  readonly #most: Record<Measure, number> = { flops: 0, params: 0, activations: 0 };

  constructor(window: Window) {
    this.#window = window;
  }

  add(complexity: Complexity): void {
    let factor = 1;
    for (const measure of measures) {
      const value = complexity[measure];
      if (value < this.#least[measure]) this.#least[measure] = value;
      if (value > this.#most[measure]) this.#most[measure] = value;
      const range = this.#window[measure];
      if (range) factor = Math.max(factor, value / range.high, range.low / value);
    }
    if (factor >= this.#factor) return;
    this.#factor = factor;
    this.nearest = complexity;
  }

  /** The window, each range that the nearest network missed moved as far as it takes. */
  nearestWindow(): string {
    const { nearest } = this;
    if (!nearest) return '';
    return ranges(this.#window)
      .map(([measure, range]) => `${measure} ${formatRange(moveTo(range, nearest[measure]))}`)
      .join(', ');
  }

  /** `flops 20.4M:29.7G` of the draws outside the window. */
  reach(): string {
    return ranges(this.#window)
      .map(
        ([measure]) => `${measure} ${formatRange({ low: this.#least[measure], high: this.#most[measure] })}`,
      )
      .join(', ');
  }
}

/** A range of the same ratio with the value at its end; whole where it holds the value. */
function moveTo({ low, high }: Range, value: number): Range {
  if (value > high) return { low: value, high: low > 0 ? (value * high) / low : value * 1.1 };
  if (value < low) return { low: Number.isFinite(high) ? (value * low) / high : value, high: value };
  return { low, high };
}

/** Rounded outwards, so that what lies at an end stays inside. */
function formatRange({ low, high }: Range): string {
  const top = high === Infinity ? '' : formatQuantity(toThreeDigits(high, Math.ceil));
  return `${formatQuantity(toThreeDigits(low, Math.floor))}:${top}`;
}

function toThreeDigits(value: number, round: (value: number) => number): number {
  if (!(value > 0 && Number.isFinite(value))) return value;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  // A hair of slack, or 2.51 of unit 0.01 would become 2.52.
  return round((value / unit) * (1 + (round === Math.ceil ? -1e-12 : 1e-12))) * unit;
}

function ranges(window: Window): [Measure, Range][] {
  return measures.flatMap((measure): [Measure, Range][] => {
    const range = window[measure];
    return range ? [[measure, range]] : [];
  });
}

/** Why the sample cannot be had: the measured acceptance, how near the draws came, and what would do. */
export function explainFailure(
  space: { readonly name: string; readonly stages: { readonly low: number; readonly high: number } },
  request: { readonly count: number; readonly input: InputShape; readonly window?: Window },
  counts: DrawCounts & { readonly accepted: number },
  draw: (most: number) => Iterable<Draw>,
): string {
  const { count, window = {} } = request;
  const { drawn, accepted, shapeless, repeated, broken } = counts;
  const wanted = ranges(window)
    .map(([measure, range]) => `${measure} ${formatRange(range)}`)
    .join(', ');
  const where = wanted === '' ? '' : ` with ${wanted}`;
  const found = `${space.name}${where}: ${accepted} of ${count} networks after ${drawn} draws (acceptance ${percent(accepted / drawn)})`;
  if (shapeless === drawn) {
    const { low, high } = space.stages;
    return `${found}; no draw makes ${low === high ? low : `${low} to ${high}`} stages, so change depth, slope or multiplier`;
  }
  const outside = drawn - shapeless - accepted - repeated - broken;
  if (broken > 0 && broken >= outside)
    return `${found}; ${broken} draws break a rule on the whole network (${percent(broken / (drawn - shapeless))} of those with the right number of stages), so loosen that rule`;
  if (repeated > 0 && repeated >= outside)
    return `${found}; ${repeated} draws repeated earlier ones, so there are hardly any more networks; ask for ${accepted}, or widen the space`;
  if (accepted > 0) return `${found}, too few for this count; widen the window or ask for fewer networks`;
  const misses = new Misses(window);
  for (const { network } of draw(Math.min(drawn, SURVEYED)))
    misses.add(countComplexity(network, request.input));
  return `${space.name}: no network in the window of ${wanted} after ${drawn} draws; draws reached ${misses.reach()}; the nearest window with members is ${misses.nearestWindow()}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
