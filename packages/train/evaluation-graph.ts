/** The nodes of an evaluation, on the variables that the step trains or on their average. */
import { rotate } from '@netspace/tensorflow/convolution';
import type { Tensor } from '@netspace/tensorflow/graph';
import { imagesOf, readParameters, valuesOf, type GraphPlan } from './graph-plan.ts';
import { applyLayers } from './network-graph.ts';
import type { ModelCopy } from './training-state.ts';

/** Any number of images. */
export interface EvaluationNodes {
  readonly images: Tensor;
  readonly logits: Tensor;
}

export function addEvaluation(plan: GraphPlan, copy: ModelCopy = 'trained'): EvaluationNodes {
  const images = imagesOf(plan, copy === 'trained' ? 'evaluation.images' : `evaluation.${copy}.images`, -1);
  const values = valuesOf(plan, readParameters(plan, copy), copy);
  const network = { values, training: false, updatedStatistics: new Map<string, Tensor>() };
  return { images, logits: applyLayers(plan.layers, rotate(images), network) };
}
