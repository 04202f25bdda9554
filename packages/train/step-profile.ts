/** Where the time of a training step goes: the whole step, and its heavy layers by kind, against what the machine can do at best. */
import type { InputShape, Network } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { layerCalls, layerKinds, type LayerCall, type LayerKind } from './layer-calls.ts';
import {
  measureBandwidth,
  measureCall,
  measurePeak,
  medianSeconds,
  timeLayer,
  type TimingSettings,
} from './layer-timing.ts';
import type { Recipe } from './recipe.ts';
import { callFlops, stepFlops } from './step-flops.ts';
import { openTrainer, type Trainer } from './trainer.ts';

export interface StepProfile {
  readonly batchSize: number;
  /** Seconds until the first step was done, from the network. */
  readonly secondsToFirstStep: number;
  /** Median seconds of a step. */
  readonly step: number;
  /** Median seconds of the evaluation of as many images. */
  readonly evaluation: number;
  /** Multiply-adds of a step: of convolutions and the linear layer, forward and backward. */
  readonly flops: number;
  /** Multiply-adds a second of a large matrix product, with the same threads. */
  readonly peak: number;
  /** Bytes a second of a sum of two maps as large as the largest. */
  readonly bandwidth: number;
  readonly kinds: readonly KindProfile[];
}

/** The layers of one kind, each timed alone. */
export interface KindProfile {
  readonly kind: LayerKind;
  readonly layers: number;
  /** Seconds of all of them. */
  readonly forward: number;
  readonly backward: number;
  /** Multiply-adds, forward and backward. */
  readonly flops: number;
  /** Bytes of maps and weights that they cannot help reading and writing, forward and backward. */
  readonly bytes: number;
}

export function profileStep(
  network: Network,
  input: InputShape,
  recipe: Recipe,
  rounds: number,
): StepProfile {
  const { batchSize } = recipe;
  const started = performance.now();
  const trainer = openTrainer(network, input, recipe, 1);
  try {
    const step = stepOf(trainer, input, batchSize);
    step();
    const secondsToFirstStep = (performance.now() - started) / 1000;
    const images = new Float32Array(batchSize * input.resolution ** 2 * input.channels);
    const stepSeconds = medianSeconds(step, rounds);
    const evaluation = medianSeconds(() => trainer.evaluate(images, batchSize), rounds);
    const calls = layerCalls(network, input);
    const settings = { batchSize, rounds, call: measureCall(rounds) };
    const kinds = layerKinds.flatMap((kind) => profileKind(kind, calls, settings));
    const largest = calls.reduce((most, call) => (mapSize(call) > mapSize(most) ? call : most));
    return {
      batchSize,
      secondsToFirstStep,
      step: stepSeconds,
      evaluation,
      flops: stepFlops(network, input, batchSize),
      peak: measurePeak(rounds),
      bandwidth: measureBandwidth([batchSize, largest.side, largest.side, widthOf(largest)], rounds),
      kinds,
    };
  } finally {
    trainer.close();
  }
}

function stepOf(
  trainer: Trainer,
  { resolution, channels, classes }: InputShape,
  batchSize: number,
): () => void {
  const stream = random('bench');
  const images = Float32Array.from({ length: batchSize * resolution ** 2 * channels }, () => stream.normal());
  const labels = Int32Array.from({ length: batchSize }, () => stream.below(classes));
  return () => trainer.step(images, labels, 0.01);
}

function profileKind(kind: LayerKind, calls: readonly LayerCall[], settings: TimingSettings): KindProfile[] {
  const own = calls.filter((call) => call.kind === kind);
  if (own.length === 0) return [];
  let profile: KindProfile = { kind, layers: 0, forward: 0, backward: 0, flops: 0, bytes: 0 };
  for (const call of own) {
    const { forward, backward } = timeLayer(call, settings);
    profile = {
      kind,
      layers: profile.layers + call.count,
      forward: profile.forward + call.count * forward,
      backward: profile.backward + call.count * backward,
      flops: profile.flops + call.count * callFlops(call, settings.batchSize),
      bytes: profile.bytes + call.count * bytesOf(call, settings.batchSize),
    };
  }
  return [profile];
}

/**
 * A convolution reads its input and writes its output; then reads the output's gradient twice and its input once, and writes the input's
 * gradient. A batch norm reads its input for the statistics and again to normalise it; then the same with both input and gradient.
 */
function bytesOf({ kind, layer, side }: LayerCall, batchSize: number): number {
  const input = 4 * batchSize * side ** 2;
  if (layer.kind === 'batch-norm') return input * layer.width * (3 + 5);
  const { kernel, stride, inputWidth, outputWidth, groups } = layer;
  const output = 4 * batchSize * Math.ceil(side / stride) ** 2;
  const weights = (4 * kernel ** 2 * inputWidth * outputWidth) / groups;
  const inputs = kind === 'stem' ? 2 : 3;
  return inputs * (input * inputWidth + output * outputWidth + weights);
}

function widthOf({ layer }: LayerCall): number {
  return layer.kind === 'batch-norm' ? layer.width : layer.inputWidth;
}

function mapSize(call: LayerCall): number {
  return call.side ** 2 * widthOf(call);
}
