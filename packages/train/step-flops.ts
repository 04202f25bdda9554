/** The arithmetic of a training step, as a share of what a machine could do counts it. */
import type { InputShape, Network } from '@netspace/network/network';
import { layerCalls, type LayerCall } from './layer-calls.ts';

/** Multiply-adds of a training step: of convolutions and the linear layer, forward and backward. */
export function stepFlops(network: Network, input: InputShape, batchSize: number): number {
  const convolutions = layerCalls(network, input).reduce(
    (sum, call) => sum + call.count * callFlops(call, batchSize),
    0,
  );
  return convolutions + linearFlops(network, input, batchSize);
}

/** A gradient to the input and one to the weights cost as much as the forward pass each; the stem has only the latter. */
export function callFlops({ kind, layer, side }: LayerCall, batchSize: number): number {
  if (layer.kind === 'batch-norm') return 0;
  const { kernel, stride, inputWidth, outputWidth, groups } = layer;
  const forward =
    (batchSize * Math.ceil(side / stride) ** 2 * kernel ** 2 * inputWidth * outputWidth) / groups;
  return forward * (kind === 'stem' ? 2 : 3);
}

function linearFlops({ stages, head, stem }: Network, { classes }: InputShape, batchSize: number): number {
  const width = head.width > 0 ? head.width : (stages.at(-1)?.width ?? stem.width);
  return 3 * batchSize * width * classes;
}
