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
  /** Of a batch norm, the convolution before it, which it is computed with, and the side of that one's input. */
  readonly behind?: { readonly layer: Convolution; readonly side: number };
  /** How many of them the network has. */
  count: number;
}

/** Gates, pools, activations and the linear layer are not among them. */
export function layerCalls(network: Network, input: InputShape): readonly LayerCall[] {
  const calls = new Map<string, LayerCall>();
  walk(layersOf(network, input), input.resolution, (kind, layer, side, behind) => {
    const key = [shapeOf(layer), side, behind && shapeOf(behind.layer), behind?.side].join(' ');
    const known = calls.get(`${kind} ${key}`);
    if (known) known.count++;
    else calls.set(`${kind} ${key}`, { kind, layer, side, ...(behind && { behind }), count: 1 });
  });
  return [...calls.values()];
}

/** What tells layers of different kinds of work apart: all but the name. */
function shapeOf(layer: Convolution | BatchNorm): string {
  const { name: _, ...shape } = layer;
  return JSON.stringify(shape);
}

type Behind = LayerCall['behind'];
type Visit = (kind: LayerKind, layer: Convolution | BatchNorm, side: number, behind?: Behind) => void;

/** Returns the side of the last layer's output. */
function walk(layers: readonly Layer[], input: number, visit: Visit): number {
  let last: Behind;
  return layers.reduce((side, layer) => {
    const behind = last;
    last = layer.kind === 'convolution' ? { layer, side } : undefined;
    switch (layer.kind) {
      case 'convolution':
        visit(kindOf(layer), layer, side);
        return Math.ceil(side / layer.stride);
      case 'batch-norm':
        visit('batch norm', layer, side, behind);
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
