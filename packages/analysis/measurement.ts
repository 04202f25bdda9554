/** What each trial of a population counts for: its error, its complexity and its parameters; trials without a result are set apart. */
import { countComplexity } from '@netspace/network/complexity';
import { fitWidths, type WidthFit } from '@netspace/network/fit';
import type { InputShape, Network } from '@netspace/network/network';
import type { EpochRecord, Trial, TrialStop } from '@netspace/population/trial';
import { parametersOf } from './parameters.ts';

/** A trial that has come to an end. */
export interface Measurement {
  /** Place in the population, from 0. */
  readonly id: number;
  /** The network's name, or its space and number there: "regnet-x 3". */
  readonly name: string;
  readonly space: string;
  readonly status: 'completed' | 'diverged' | 'failed';
  /** A fraction; 1 for a network that diverged or failed. */
  readonly error: number;
  readonly network: Network;
  readonly flops: number;
  readonly params: number;
  readonly activations: number;
  /** The quantized linear widths nearest to the network's (equations 2-4). A trial that came without is fitted when this is first asked for, in milliseconds. */
  readonly fit: WidthFit;
  /** Everything with one number a network: what the bootstrap of the best is asked about. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly curve: readonly EpochRecord[];
  /** Where it was not trained to its last epoch; its error is then higher than that of its whole training would have been. */
  readonly stopped?: TrialStop;
  readonly seed?: number;
  readonly reason?: string;
}

/** A trial that has no result yet, or never will: it is named and counts nowhere. */
export interface MissingTrial {
  readonly name: string;
  readonly space: string;
  readonly status: 'planned' | 'leased' | 'lost' | 'cancelled';
}

export interface Measurements {
  readonly measured: readonly Measurement[];
  readonly missing: readonly MissingTrial[];
}

/** A population that cannot be analysed as it is. */
export class AnalysisError extends Error {
  readonly code: 'no-trials' | 'no-error' | 'error-out-of-range';

  constructor(code: AnalysisError['code'], message: string) {
    super(message);
    this.name = 'AnalysisError';
    this.code = code;
  }
}

/** `input` is what complexity is counted at where a trial does not state it. */
export function measureTrials(trials: readonly Trial[], input: InputShape): Measurements {
  const measured: Measurement[] = [];
  const missing: MissingTrial[] = [];
  const seen = new Map<string, number>();
  for (const [id, trial] of trials.entries()) {
    const number = (seen.get(trial.space) ?? 0) + 1;
    seen.set(trial.space, number);
    const name = trial.network.name ?? `${trial.space} ${number}`;
    if (isMissing(trial.status)) missing.push({ name, space: trial.space, status: trial.status });
    else measured.push(measure(trial, trial.status, id, name, input));
  }
  return { measured, missing };
}

function isMissing(status: Trial['status']): status is MissingTrial['status'] {
  return status === 'planned' || status === 'leased' || status === 'lost' || status === 'cancelled';
}

function measure(
  trial: Trial,
  status: Measurement['status'],
  id: number,
  name: string,
  input: InputShape,
): Measurement {
  const complexity = complexityOf(trial, input);
  let found: WidthFit | undefined;
  const fit = (): WidthFit => (found ??= trial.fit ?? fitWidths(trial.network));
  return {
    id,
    name,
    space: trial.space,
    status,
    error: status === 'completed' ? headlineError(trial, name) : 1,
    network: trial.network,
    ...complexity,
    get fit() {
      return fit();
    },
    parameters: parametersOf(trial, complexity, fit),
    curve: trial.curve ?? [],
    ...(trial.stopped === undefined ? {} : { stopped: trial.stopped }),
    ...(trial.seed === undefined ? {} : { seed: trial.seed }),
    ...(trial.reason === undefined ? {} : { reason: trial.reason }),
  };
}

function complexityOf(
  trial: Trial,
  input: InputShape,
): { flops: number; params: number; activations: number } {
  const { flops, params, activations } = trial;
  if (flops !== undefined && params !== undefined && activations !== undefined)
    return { flops, params, activations };
  const counted = countComplexity(trial.network, input);
  return {
    flops: flops ?? counted.flops,
    params: params ?? counted.params,
    activations: activations ?? counted.activations,
  };
}

function headlineError(trial: Trial, name: string): number {
  const { error } = trial;
  if (error === undefined || Number.isNaN(error))
    throw new AnalysisError(
      'no-error',
      `trial "${name}" is completed but has no error; give one, or another status`,
    );
  if (error < 0 || error > 1)
    throw new AnalysisError(
      'error-out-of-range',
      `trial "${name}": error ${error} is not a fraction from 0 to 1; divide percents by 100`,
    );
  return error;
}
