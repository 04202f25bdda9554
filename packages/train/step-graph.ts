/** The nodes of one training step: forward, loss, backward, optimizer. */
import { rotate } from '@netspace/tensorflow/convolution';
import { gradients } from '@netspace/tensorflow/gradient';
import { afterUpdates, assignVariable, constant, placeholder, type Tensor } from '@netspace/tensorflow/graph';
import { crossEntropy, mixedCrossEntropy } from '@netspace/tensorflow/loss';
import {
  imagesOf,
  joinStatistics,
  readParameters,
  valuesOf,
  variableOf,
  type GraphPlan,
} from './graph-plan.ts';
import { applyLayers } from './network-graph.ts';
import { addNoise, type NoiseNodes } from './noise-graph.ts';
import { addUpdates } from './update-graph.ts';

/** Images [batch, height, width, channel], labels [batch], the rate; fetch loss (mean of the batch) and logits. */
export interface StepNodes {
  readonly noise: NoiseNodes;
  readonly images: Tensor;
  readonly labels: Tensor;
  readonly learningRate: Tensor;
  readonly loss: Tensor;
  readonly logits: Tensor;
}

export function addStep(plan: GraphPlan): StepNodes {
  const { graph, input, layers, recipe } = plan;
  const images = imagesOf(plan, 'step.images', recipe.batchSize);
  const labels = placeholder(graph, 'step.labels', [recipe.batchSize], 'int32');
  const learningRate = placeholder(graph, 'step.learningRate', []);
  const { masks, ...noise } = addNoise(plan);
  const vectors = readParameters(plan);
  const updatedStatistics = new Map<string, Tensor>();
  const values = valuesOf(plan, vectors);
  const network = { values, training: true, updatedStatistics, masks };
  const logits = applyLayers(layers, rotate(images), network);
  if (logits.shape[1] !== input.classes) throw new Error('the last layer does not yield one logit a class');
  const loss = lossOf(logits, labels, noise, recipe.labelSmoothing);
  const updates = addUpdates(plan, gradients(loss, constant(graph, 1), vectors), learningRate);
  updates.push(assignVariable(variableOf(plan, 'statistics'), joinStatistics(plan, updatedStatistics)));
  return { noise, images, labels, learningRate, loss: afterUpdates(loss, updates, 'step.loss'), logits };
}

function lossOf(logits: Tensor, labels: Tensor, { mixup }: NoiseNodes, smoothing: number): Tensor {
  if (mixup === undefined) return crossEntropy(logits, labels, smoothing);
  const { partnerLabels: others, share } = mixup;
  return mixedCrossEntropy(logits, { labels, others, share }, smoothing);
}
