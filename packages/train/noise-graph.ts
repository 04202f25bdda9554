/** The placeholders of a step's noise, where its recipe asks for any. */
import type { Residual } from '@netspace/network/layer';
import { cut } from '@netspace/tensorflow/elementwise';
import { placeholder, type Tensor } from '@netspace/tensorflow/graph';
import { dropRates } from './drop-rates.ts';
import type { GraphPlan } from './graph-plan.ts';
import type { NetworkMasks } from './network-graph.ts';

/** Feed each that is there. */
export interface NoiseNodes {
  readonly mixup?: { readonly partnerLabels: Tensor; readonly share: Tensor };
  readonly dropout?: Tensor;
  readonly dropConnect?: { readonly factors: Tensor; readonly rates: readonly number[] };
}

export function addNoise(plan: GraphPlan): NoiseNodes & { readonly masks: NetworkMasks } {
  const { graph, recipe, layers } = plan;
  const { batchSize } = recipe;
  const mixup = recipe.mixup > 0 && {
    partnerLabels: placeholder(graph, 'step.partnerLabels', [batchSize], 'int32'),
    share: placeholder(graph, 'step.share', []),
  };
  const dropout = recipe.dropout > 0 && placeholder(graph, 'step.dropout', [batchSize, headWidth(plan)]);
  const rates = dropRates(layers, recipe.dropConnect);
  const dropConnect = rates.size > 0 && {
    factors: placeholder(graph, 'step.dropConnect', [rates.size * batchSize]),
    rates: [...rates.values()],
  };
  const branches = dropConnect ? cutBranches(dropConnect.factors, [...rates.keys()], batchSize) : new Map();
  return {
    ...(mixup && { mixup }),
    ...(dropConnect && { dropConnect }),
    ...(dropout && { dropout }),
    masks: { branches, ...(dropout && { dropout }) },
  };
}

/** Channels before the linear layer. */
export function headWidth({ layers }: Pick<GraphPlan, 'layers'>): number {
  const last = layers.at(-1);
  if (last?.kind !== 'linear') throw new Error('the last layer is not linear');
  return last.inputWidth;
}

function cutBranches(
  factors: Tensor,
  branches: readonly Residual[],
  batchSize: number,
): ReadonlyMap<Residual, Tensor> {
  const pieces = cut(
    factors,
    branches.map(() => [batchSize, 1, 1, 1]),
  );
  return new Map(
    pieces.flatMap((piece, i): [Residual, Tensor][] => (branches[i] ? [[branches[i], piece]] : [])),
  );
}
