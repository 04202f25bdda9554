/** The nodes that measure the statistics of one batch, and put others in the place of the running ones. */
import { BATCH_NORM_MOMENTUM } from '@netspace/tensorflow/fused-batch-norm';
import { rotate } from '@netspace/tensorflow/convolution';
import { times } from '@netspace/tensorflow/elementwise';
import { afterUpdates, assignVariable, constant, placeholder, type Tensor } from '@netspace/tensorflow/graph';
import {
  imagesOf,
  joinStatistics,
  readParameters,
  valuesOf,
  variableOf,
  type GraphPlan,
} from './graph-plan.ts';
import { applyLayers } from './network-graph.ts';
import { inCopy, type ModelCopy } from './training-state.ts';

export interface PreciseNodes {
  /** A recipe's batch. */
  readonly images: Tensor;
  /** Its means and unbiased variances as one vector. */
  readonly measured: Tensor;
  /** Feed `replacement` and fetch `written`. */
  readonly replacement: Tensor;
  readonly written: Tensor;
}

export function addPreciseStatistics(plan: GraphPlan, copy: ModelCopy): PreciseNodes {
  const { graph, recipe, layers, statistics } = plan;
  const images = imagesOf(plan, `precise.${copy}.images`, recipe.batchSize);
  const values = valuesOf(plan, readParameters(plan, copy), copy);
  // What runs on from nothing is the batch's own share, BATCH_NORM_MOMENTUM times its statistics.
  for (const { name, width } of statistics)
    values.set(name, constant(graph, new Array<number>(width).fill(0)));
  const updatedStatistics = new Map<string, Tensor>();
  applyLayers(layers, rotate(images), { values, training: true, updatedStatistics });
  const measured = times(joinStatistics(plan, updatedStatistics), constant(graph, 1 / BATCH_NORM_MOMENTUM));
  const variable = variableOf(plan, inCopy('statistics', copy));
  const replacement = placeholder(graph, `precise.${copy}.replacement`, variable.shape);
  const update = assignVariable(variable, replacement);
  const written = afterUpdates(constant(graph, 1), [update], `precise.${copy}.written`);
  return { images, measured, replacement, written };
}
