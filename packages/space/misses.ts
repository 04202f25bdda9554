/** What a sampler sees of the draws that it cannot use, and the sentence that it makes of them. */
import type { Complexity } from '@netspace/network/complexity';
import { formatQuantity, type Range } from '@netspace/network/quantity';

type Measure = keyof Complexity;

type Window = { readonly [K in Measure]?: Range };

const measures = ['flops', 'params', 'activations'] as const;

export class Misses {
  /** Draws that make no network: RegNets with another number of stages. */
  shapeless = 0;
  /** Draws inside the window that had come before. */
  repeated = 0;
  /** Of those, since the last network that was new. */
  repeatedInRow = 0;
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

  addRepeated(): void {
    this.repeated++;
    this.repeatedInRow++;
  }

  /** What is not among the accepted networks yet has hardly any probability left: a thousandth at most, and less than theirs. */
  isExhausted(accepted: number): boolean {
    return this.repeatedInRow >= 20_000 + 20 * accepted;
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
  { count, window = {} }: { readonly count: number; readonly window?: Window },
  { drawn, accepted }: { readonly drawn: number; readonly accepted: number },
  misses: Misses,
): string {
  const wanted = ranges(window).map(([measure, range]) => `${measure} ${formatRange(range)}`);
  const where = wanted.length === 0 ? '' : ` with ${wanted.join(', ')}`;
  const found = `${space.name}${where}: ${accepted} of ${count} networks after ${drawn} draws (acceptance ${percent(accepted / drawn)})`;
  if (misses.shapeless === drawn) {
    const { low, high } = space.stages;
    return `${found}; no draw makes ${low === high ? low : `${low} to ${high}`} stages, so change depth, slope or multiplier`;
  }
  if (misses.repeated > 0 && misses.repeated >= drawn - misses.shapeless - accepted - misses.repeated)
    return `${found}; ${misses.repeated} draws repeated earlier ones, so there are hardly any more networks; ask for ${accepted}, or widen the space`;
  if (accepted === 0)
    return `${space.name}: no network in the window of ${wanted.join(', ')} after ${drawn} draws; draws reached ${misses.reach()}; the nearest window with members is ${misses.nearestWindow()}`;
  return `${found}, too few for this count; widen the window or ask for fewer networks`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
