/** In the reader's browser: which trials are selected, by all brushes, buttons and words together, and which one is looked at. */
import type { PageData } from './page-data.ts';

export interface Selection {
  /** 1 for each trial that is selected. */
  readonly mask: Uint8Array;
  /** The same without the brush of one figure: what it shows of all others' filters. */
  readonly maskWithout: (figure: string) => Uint8Array;
  /** How many are. */
  readonly count: () => number;
  /** Whether anything is filtered at all. */
  readonly active: () => boolean;
  readonly hidden: ReadonlySet<number>;
  /** Keeps only what the brush of a figure holds; `null` takes the brush away. */
  readonly brush: (figure: string, keeps: ((trial: number) => boolean) | null) => void;
  /** Hides a space, or shows it again. */
  readonly toggleSpace: (space: number) => void;
  /** Keeps trials whose words hold all of these. */
  readonly search: (words: string) => void;
  readonly reset: () => void;
  /** Calls after each change; `reset` tells brushes to go. */
  readonly onChange: (listener: (reset: boolean) => void) => void;
  readonly highlighted: () => number | null;
  readonly highlight: (trial: number | null) => void;
  readonly onHighlight: (listener: (trial: number | null) => void) => void;
}

export function makeSelection(data: PageData): Selection {
  const total = data.trials.name.length;
  const mask = new Uint8Array(total).fill(1);
  const hidden = new Set<number>();
  const brushes = new Map<string, (trial: number) => boolean>();
  const changeListeners: ((reset: boolean) => void)[] = [];
  const highlightListeners: ((trial: number | null) => void)[] = [];
  let words: readonly string[] = [];
  let count = total;
  let highlighted: number | null = null;

  const fill = (into: Uint8Array, keeps: readonly ((trial: number) => boolean)[]): void => {
    for (let trial = 0; trial < total; trial++)
      into[trial] =
        !hidden.has(data.trials.space[trial] ?? 0) &&
        keeps.every((keep) => keep(trial)) &&
        (words.length === 0 || matches(data, trial, words))
          ? 1
          : 0;
  };
  const update = (reset: boolean): void => {
    fill(mask, [...brushes.values()]);
    count = mask.reduce((sum, kept) => sum + kept, 0);
    for (const listener of changeListeners) listener(reset);
  };

  return {
    mask,
    hidden,
    maskWithout(figure) {
      if (!brushes.has(figure)) return mask;
      const others = new Uint8Array(total);
      fill(
        others,
        [...brushes].filter(([name]) => name !== figure).map(([, keep]) => keep),
      );
      return others;
    },
    count: () => count,
    active: () => brushes.size > 0 || hidden.size > 0 || words.length > 0,
    brush(figure, keeps) {
      if (keeps === null) brushes.delete(figure);
      else brushes.set(figure, keeps);
      update(false);
    },
    toggleSpace(space) {
      if (!hidden.delete(space)) hidden.add(space);
      update(false);
    },
    search(text) {
      words = text.toLowerCase().split(/\s+/).filter(Boolean);
      update(false);
    },
    reset() {
      brushes.clear();
      hidden.clear();
      words = [];
      update(true);
    },
    onChange: (listener) => void changeListeners.push(listener),
    highlighted: () => highlighted,
    highlight(trial) {
      if (trial === highlighted) return;
      highlighted = trial;
      for (const listener of highlightListeners) listener(trial);
    },
    onHighlight: (listener) => void highlightListeners.push(listener),
  };
}

/** By name, space, status, why it stopped, and the lists over its stages. */
function matches({ trials, spaces }: PageData, i: number, words: readonly string[]): boolean {
  const text = [
    trials.name[i],
    spaces[trials.space[i] ?? 0],
    trials.status[i],
    trials.stopped[i] === '' ? '' : `stopped ${trials.stopped[i]}`,
    trials.depths[i],
    trials.widths[i],
    trials.reason[i],
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
