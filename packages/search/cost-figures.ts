/** Errors against each cost: of the finals, and of all candidates after the last epoch that all of them reached. */
import type { Chart } from '@netspace/analysis/chart';
import { paretoChart, type CostPoint } from '@netspace/analysis/pareto-chart';
import type { EpochError, StoredTrial } from '@netspace/store/store';
import type { CostedNetwork } from './candidates.ts';
import type { Finalist, Standing } from './finding.ts';
import { epochsOf } from './finals.ts';
import { nameOf } from './search-folder.ts';

export interface CostFigure {
  readonly chart: Chart;
  readonly label: string;
}

/** A candidate as it came out of halving. */
export interface CandidateResult extends CostedNetwork {
  readonly name: string;
  readonly status: string;
  /** Epochs it was trained for, and its validation error then. */
  readonly epochs: number;
  readonly error: number;
  /** Its validation error after `epoch`, which all candidates reached that could be trained. */
  readonly epoch: number;
  readonly earlyError: number;
}

const axes = [
  { cost: 'flops', title: 'Flops (multiply-adds)', scale: 1, format: '.3~s' },
  { cost: 'params', title: 'Parameters', scale: 1, format: '.3~s' },
  { cost: 'activations', title: 'Activations', scale: 1, format: '.3~s' },
  { cost: 'latency', title: 'Latency (ms an image)', scale: 1000, format: '.3~f' },
] as const;

const size = { width: 420, height: 250 };

const kinds = { found: 0, published: 1, recommended: 2 } as const;

export function finalFigures({ finalists, recommended }: Standing): CostFigure[] {
  const kindOf = (finalist: Finalist): number =>
    kinds[finalist === recommended ? 'recommended' : finalist.kind];
  return figuresOf(finalists, 'Test error', (finalist) => {
    const { name, error } = finalist;
    const ends = { low: Math.max(0, error.low), high: Math.min(1, error.high) };
    return { name, error: error.estimate, ...ends, kind: kindOf(finalist) };
  });
}

export function candidateFigures(candidates: readonly CandidateResult[]): CostFigure[] {
  const trained = candidates.filter(({ earlyError }) => earlyError < 1);
  return figuresOf(trained, `Validation error, epoch ${trained[0]?.epoch ?? 1}`, ({ name, earlyError }) => ({
    name,
    error: earlyError,
    kind: kinds.found,
  }));
}

type Costs = Pick<CostedNetwork, (typeof axes)[number]['cost']>;

function figuresOf<T extends Costs>(
  items: readonly T[],
  errorTitle: string,
  describe: (item: T) => Omit<CostPoint, 'cost'>,
): CostFigure[] {
  if (items.length === 0) return [];
  return axes.map(({ cost, title, scale, format }) => {
    const points = items.map((item) => ({ ...describe(item), cost: scale * item[cost] }));
    return {
      chart: paretoChart(points, { title, errorTitle, size, format }),
      label: `${errorTitle} against ${title.toLowerCase()}`,
    };
  });
}

/** The last epoch that all candidates reached that could be trained; 0 where none could. */
export function sharedEpoch(trials: readonly StoredTrial[]): number {
  const reached = trials.map(epochsOf).filter((epochs) => epochs > 0);
  return reached.length === 0 ? 0 : Math.min(...reached);
}

/** `early` are the errors after the shared epoch. */
export function candidateResults(
  trials: readonly StoredTrial[],
  costs: ReadonlyMap<string, CostedNetwork>,
  early: readonly EpochError[],
): CandidateResult[] {
  const epoch = sharedEpoch(trials);
  return trials.flatMap((trial) => {
    const cost = costs.get(nameOf(trial.network));
    if (!cost) return [];
    const earlyError = early.find(({ trialId }) => trialId === trial.id)?.error ?? 1;
    const { status, error = 1 } = trial;
    const about = { name: nameOf(trial.network), status, epochs: epochsOf(trial), error };
    return [{ ...cost, ...about, epoch, earlyError }];
  });
}
