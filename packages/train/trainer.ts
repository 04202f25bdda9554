/** A network that is being trained: its graph loaded, its state inside TensorFlow, one step or one evaluation at a time. */
import type { BlockBuilder } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import type { Tensor } from '@netspace/tensorflow/graph';
import { openSession, type Feed } from '@netspace/tensorflow/session';
import { mixImages, partnerLabels } from './mixup.ts';
import type { NoiseNodes } from './noise-graph.ts';
import type { StepNoise } from './noise.ts';
import type { Recipe } from './recipe.ts';
import { buildTrainingGraph, type TrainingGraph } from './training-graph.ts';
import { initialState, partOf, type ModelCopy, type TrainingState } from './training-state.ts';

export interface StepResult {
  /** Mean cross-entropy of the batch, in nats, before the update. */
  readonly loss: number;
  /** [batch, class], before the update. */
  readonly logits: Float32Array;
}

export interface Trainer {
  readonly graph: TrainingGraph;
  /** Images as [batch, height, width, channel], normalised; exactly the recipe's batch. All noise that the recipe asks for. */
  step(images: Float32Array, labels: Int32Array, learningRate: number, noise?: StepNoise): StepResult;
  /** Logits [count, class] of any number of images, by the running statistics. */
  evaluate(images: Float32Array, count: number, copy?: ModelCopy): Float32Array;
  /** Moves the average by this share, from 0 to 1, of the way to the weights that are trained. */
  moveAverage(alpha: number): void;
  /** Means and unbiased variances of one batch before each batch norm, in the order of the state's `statistics`. */
  measureStatistics(images: Float32Array, copy: ModelCopy): Float32Array;
  writeStatistics(statistics: Float32Array, copy: ModelCopy): void;
  readState(): TrainingState;
  writeState(state: TrainingState): void;
  close(): void;
}

/** Ready for the first step, with initial weights that depend on the seed alone. */
export function openTrainer(
  network: Network,
  input: InputShape,
  recipe: Recipe,
  seed: number,
  block?: BlockBuilder,
): Trainer {
  const graph = buildTrainingGraph(network, input, recipe, block);
  const { step, state, batchSize } = graph;
  const copies = { trained: graph, average: graph.average };
  const session = openSession(graph.graph);
  const side = [input.resolution, input.resolution, input.channels];
  const trainer: Trainer = {
    graph,
    step(images, labels, learningRate, noise = {}) {
      const { mixture } = noise;
      const feeds = [
        {
          tensor: step.images,
          shape: [batchSize, ...side],
          values: mixture === undefined ? images : mixImages(images, mixture),
        },
        { tensor: step.labels, shape: [batchSize], values: labels },
        { tensor: step.learningRate, shape: [], values: Float32Array.of(learningRate) },
        ...feedNoise(step.noise, labels, noise),
      ];
      const [loss, logits] = session.run(feeds, [step.loss, step.logits]);
      return { loss: loss?.[0] ?? NaN, logits: logits as Float32Array };
    },
    evaluate(images, count, copy = 'trained') {
      const { evaluation } = asked(copies[copy], 'emaAlpha');
      const feeds = [{ tensor: evaluation.images, shape: [count, ...side], values: images }];
      return session.run(feeds, [evaluation.logits])[0] as Float32Array;
    },
    moveAverage(share) {
      const { alpha, updated } = asked(graph.average, 'emaAlpha');
      session.run([{ tensor: alpha, shape: [], values: Float32Array.of(share) }], [updated]);
    },
    measureStatistics(images, copy) {
      const precise = asked(copies[copy]?.precise, 'preciseBatchNormImages');
      const feeds = [{ tensor: precise.images, shape: [batchSize, ...side], values: images }];
      return session.run(feeds, [precise.measured])[0] as Float32Array;
    },
    writeStatistics(values, copy) {
      const { replacement, written } = asked(copies[copy]?.precise, 'preciseBatchNormImages');
      session.run([{ tensor: replacement, shape: [values.length], values }], [written]);
    },
    readState() {
      const values = session.run(
        [],
        state.read.map(({ tensor }) => tensor),
      );
      const parts = state.read.map(({ part }, i) => [part, values[i]] as const);
      return Object.fromEntries(parts) as unknown as TrainingState;
    },
    writeState(values) {
      const feeds = state.fed.map(({ part, size, tensor }) => ({
        tensor,
        shape: [size],
        values: partOf(values, part),
      }));
      session.run(feeds, [state.written]);
    },
    close: () => session.close(),
  };
  trainer.writeState(initialState(graph.parts, graph, random(seed).fork('weights')));
  return trainer;
}

function feedNoise(nodes: NoiseNodes, labels: Int32Array, noise: StepNoise): Feed[] {
  const feeds: Feed[] = [];
  const add = (tensor: Tensor, values: Float32Array | Int32Array) =>
    feeds.push({ tensor, shape: tensor.shape, values });
  if (nodes.mixup !== undefined) {
    const mixture = drawn(noise.mixture, 'mixup');
    add(nodes.mixup.partnerLabels, partnerLabels(labels, mixture));
    add(nodes.mixup.share, Float32Array.of(mixture.share));
  }
  if (nodes.dropout !== undefined) add(nodes.dropout, drawn(noise.dropout, 'dropout'));
  if (nodes.dropConnect !== undefined)
    add(nodes.dropConnect.factors, drawn(noise.dropConnect, 'dropConnect'));
  return feeds;
}

function drawn<Noise>(noise: Noise | undefined, key: keyof Recipe): Noise {
  if (noise === undefined) throw new Error(`a step by a recipe with ${key} needs its noise`);
  return noise;
}

/** Nodes that are there only where the recipe asks for them. */
function asked<Nodes>(nodes: Nodes | undefined, key: keyof Recipe): Nodes {
  if (nodes === undefined) throw new Error(`the graph was built by a recipe whose ${key} is 0`);
  return nodes;
}
