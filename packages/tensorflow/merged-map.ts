/**
 * A map [batch, height, width, C] seen, without a copy, as one of k·C channels and 1/k as many pixels. Channel c then appears k times,
 * once for each place of a pixel within its group of k; vectors of the view are those of the map written k times.
 */
import { viewed } from './arithmetic.ts';
import { addOne, constant, type Shape, type Tensor } from './graph.ts';

export interface MergedMap {
  readonly x: Tensor;
  readonly view: Tensor;
  /** C. */
  readonly channels: number;
  /** k. */
  readonly group: number;
  /** Pixels of the map, batch · height · width. */
  readonly pixels: number;
}

/** The view, with a multiple of 16 channels; undefined where pixels do not come in such groups. */
export function mergedShape(shape: Shape): Shape | undefined {
  const [batch = -1, height = 1, width = 1, channels = 1] = shape;
  const group = 16 / greatestCommonDivisor(channels, 16);
  if (batch < 1 || shape.length !== 4) return undefined;
  if (batch % group === 0) return [batch / group, height, width, channels * group];
  const pixels = batch * height * width;
  return pixels % group === 0 ? [pixels / group, 1, 1, channels * group] : undefined;
}

export function mergeMap(x: Tensor): MergedMap {
  const shape = mergedShape(x.shape);
  const channels = x.shape.at(-1) ?? 1;
  if (!shape) throw new Error(`a map of shape [${x.shape.join(', ')}] has no view with merged pixels`);
  const pixels = x.shape.slice(0, -1).reduce((count, length) => count * length, 1);
  return { x, view: viewed(x, shape), channels, group: (shape.at(-1) ?? 1) / channels, pixels };
}

/** A vector of [C] written k times. */
export function repeat({ group, channels }: MergedMap, vector: Tensor): Tensor {
  return addOne(vector.graph, {
    op: 'Tile',
    inputs: [vector, constant(vector.graph, [group], 'int32')],
    attributes: { ...FLOAT, Tmultiples: { type: 'int32' } },
    shape: [group * channels],
  });
}

/** The first [C] of a vector that is written k times. */
export function firstOf({ channels }: MergedMap, vector: Tensor): Tensor {
  return addOne(vector.graph, {
    op: 'Slice',
    inputs: [vector, constant(vector.graph, [0], 'int32'), constant(vector.graph, [channels], 'int32')],
    attributes: { ...FLOAT, Index: { type: 'int32' } },
    shape: [channels],
  });
}

/** The mean over the k appearances of each channel, written k times: one product with a small matrix. */
export function overGroups({ group, channels }: MergedMap, vector: Tensor): Tensor {
  if (group === 1) return vector;
  const { graph } = vector;
  const share = Array.from({ length: group * group }, () => 1 / group);
  const means = addOne(graph, {
    op: 'MatMul',
    inputs: [constant(graph, share, 'float32', [group, group]), viewed(vector, [group, channels])],
    attributes: { ...FLOAT, transpose_a: { bool: false }, transpose_b: { bool: false } },
    shape: [group, channels],
  });
  return viewed(means, [group * channels]);
}

/** A number for each channel of the view. */
export function everywhere({ x, group, channels }: MergedMap, value: number): Tensor {
  return constant(
    x.graph,
    Array.from({ length: group * channels }, () => value),
  );
}

const FLOAT = { T: { type: 'float32' } } as const;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
