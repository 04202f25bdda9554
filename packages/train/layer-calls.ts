/** The heavy layers of a network with the maps that they are applied to, equal ones counted together. */
import type { BatchNorm, Convolution, Layer } from '@netspace/network/layer';
import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';

export const layerKinds = ['stem', '1x1', 'dense 3x3', 'grouped 3x3', 'batch norm'] as const;
export type LayerKind = (typeof layerKinds)[number];

/** Layers of one kind with maps of one size. */
export interface LayerCall {
  readonly kind: LayerKind;
  readonly layer: Convolution | BatchNorm;
  /** Height and width of the input, in pixels. */
  readonly side: number;
  /** How many of them the network has. */
  count: number;
}

/** Gates, pools, activations and the linear layer are not among them. */
export function layerCalls(network: Network, input: InputShape): readonly LayerCall[] {
  const calls = new Map<string, LayerCall>();
  walk(layersOf(network, input), input.resolution, (kind, layer, side) => {
    const { name: _, ...shape } = layer;
    const key = `${kind} ${side} ${JSON.stringify(shape)}`;
    const known = calls.get(key);
    if (known) known.count++;
    else calls.set(key, { kind, layer, side, count: 1 });
  });
  return [...calls.values()];
}

type Visit = (kind: LayerKind, layer: Convolution | BatchNorm, side: number) => void;

/** Returns the side of the last layer's output. */
function walk(layers: readonly Layer[], input: number, visit: Visit): number {
  return layers.reduce((side, layer) => {
    switch (layer.kind) {
      case 'convolution':
        visit(kindOf(layer), layer, side);
        return Math.ceil(side / layer.stride);
      case 'batch-norm':
        visit('batch norm', layer, side);
        return side;
      case 'max-pool':
        return Math.ceil(side / layer.stride);
      case 'residual':
        walk(layer.shortcut, side, visit);
        return walk(layer.layers, side, visit);
      case 'global-pool':
        return 1;
      default:
        return side;
    }
  }, input);
}

function kindOf({ name, kernel, groups }: Convolution): LayerKind {
  if (name.startsWith('stem')) return 'stem';
  if (kernel === 1) return '1x1';
  return groups > 1 ? 'grouped 3x3' : 'dense 3x3';
}
