/** How fast a machine trains: the rates of `cost.ts`, fitted to trainings that were timed on it. */
import { referenceRates, type StepRates, type Workload } from './cost.ts';

/** One training that was timed; all in seconds. */
export interface Timing {
  readonly work: Workload;
  readonly batchSize: number;
  /** Of a training step, its input included. */
  readonly step: number;
  /** Of the evaluation of one image. */
  readonly evaluation: number;
  /** Once a training: building, loading and optimising its graphs. */
  readonly begin: number;
}

/** What estimates of a machine rest on. */
export interface MachineRates {
  readonly step: StepRates;
  /** An evaluated image takes this share of the time of an image in a step. */
  readonly evaluationShare: number;
  /** Seconds before the first step: once a training, and for each of its layers. */
  readonly begin: { readonly training: number; readonly layer: number };
  /** Seconds from the start of a worker's process until it can train. */
  readonly processStart: number;
}

const parts = ['flop', 'activation', 'layer'] as const;

/**
 * How much the fit prefers a machine that is faster or slower than the reference in all parts alike. Tried on machines made up from the
 * 32 measured networks: whether machines differ in their parts by a fifth or by a half, and timings are wrong by 5 % or 20 %, a network's
 * error is within a tenth of the best stiffness for that case. Much more is worse where machines differ, none where timings are wrong.
 */
const stiffness = 0.2;

/**
 * Least squares of the relative errors, no rate below 0. Three trainings are few for three rates, so the fit is drawn
 * towards the reference machine's rates, all multiplied by one number: what is measured with little weight (layers) stays near it.
 */
export function fitStepRates(timings: readonly Timing[]): StepRates {
  const rows = timings.map(({ work, batchSize, step }) =>
    partsOf(work, batchSize).map((part) => part / step),
  );
  const overall = geometricMean(rows.map((row) => 1 / sum(row)));
  const scaled = rows.map((row) => row.map((part) => part * overall));
  const ridge = parts.map((_, i) => parts.map((__, k) => (i === k ? Math.sqrt(stiffness) : 0)));
  const factors = nonNegativeLeastSquares(
    [...scaled, ...ridge],
    [...scaled.map(() => 1), ...ridge.map(() => Math.sqrt(stiffness))],
  );
  const [flop = 1, activation = 1, layer = 1] = factors.map((factor) => factor * overall);
  return {
    flop: referenceRates.flop * flop,
    activation: referenceRates.activation * activation,
    layer: referenceRates.layer * layer,
  };
}

/** Seconds of a step's parts on the reference machine. */
function partsOf({ flops, activations, layers }: Workload, images: number): number[] {
  return [
    images * flops * referenceRates.flop,
    images * activations * referenceRates.activation,
    layers * referenceRates.layer,
  ];
}

export function fitMachine(timings: readonly Timing[], processStart: number): MachineRates {
  const rows = timings.map(({ work, begin }) => [1 / begin, work.layers / begin]);
  const [training = 0, layer = 0] = nonNegativeLeastSquares(
    rows,
    rows.map(() => 1),
  );
  return {
    step: fitStepRates(timings),
    evaluationShare: geometricMean(
      timings.map(({ evaluation, step, batchSize }) => evaluation / (step / batchSize)),
    ),
    begin: { training, layer },
    processStart,
  };
}

/**
 * The x of least |Ax - b| with no element below 0, by coordinate descent: each element in turn takes its best value, or 0. The sum
 * of squares is convex, so the descent ends at the least.
 */
export function nonNegativeLeastSquares(
  matrix: readonly (readonly number[])[],
  values: readonly number[],
): number[] {
  const x: number[] = (matrix[0] ?? []).map(() => 0);
  const rest = [...values];
  for (let round = 0; round < 10_000; round++) {
    let moved = 0;
    for (const k of x.keys()) {
      const column = matrix.map((row) => row[k] ?? 0);
      const length = sum(column.map((each) => each * each));
      if (length === 0) continue;
      const now = x[k] ?? 0;
      const next = Math.max(0, now + sum(column.map((each, i) => each * (rest[i] ?? 0))) / length);
      column.forEach((each, i) => (rest[i] = (rest[i] ?? 0) - each * (next - now)));
      x[k] = next;
      moved = Math.max(moved, Math.abs(next - now) / (Math.abs(next) || 1));
    }
    if (moved < 1e-12) break;
  }
  return x;
}

function geometricMean(list: readonly number[]): number {
  return Math.exp(sum(list.map(Math.log)) / list.length);
}

function sum(list: readonly number[]): number {
  return list.reduce((total, each) => total + each, 0);
}
