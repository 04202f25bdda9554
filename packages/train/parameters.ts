/** What a network learns: its parameters and running statistics, listed from its layers, with their initial values. */
import type { Layer } from '@netspace/network/layer';
import type { Random } from '@netspace/stats/random';

/** Weight decay differs between these: a recipe has one for each. */
export const parameterGroups = ['weights', 'batchNorms', 'biases'] as const;
export type ParameterGroup = (typeof parameterGroups)[number];

export interface Parameter {
  /** The layer's name with `.weight`, `.bias`, `.gamma` or `.beta`. */
  readonly name: string;
  readonly group: ParameterGroup;
  /** A convolution's is [k, k, input / groups, output], PyTorch's kernel rotated by half a turn; a linear layer's is [input, output]. */
  readonly shape: readonly number[];
  /** Standard deviation of the normal distribution it starts from; 0 for a constant. */
  readonly deviation: number;
  /** Mean of that distribution, or the constant. */
  readonly mean: number;
}

/** A running mean or variance of a batch norm, of [channel]. */
export interface Statistic {
  readonly name: string;
  readonly width: number;
  readonly initial: number;
}

export interface InitialisationOptions {
  /** Each residual branch begins as nothing: the gamma of its last batch norm is 0. */
  readonly zeroInitGamma?: boolean;
}

/** He's initialisation as pycls has it: the fan-out is not divided by the groups. */
export function parametersOf(layers: readonly Layer[], options: InitialisationOptions = {}): Parameter[] {
  return layers.flatMap((layer): Parameter[] => {
    switch (layer.kind) {
      case 'convolution': {
        const { name, kernel, inputWidth, outputWidth, groups } = layer;
        const shape = [kernel, kernel, inputWidth / groups, outputWidth];
        const weight = weightOf(name, shape, Math.sqrt(2 / (kernel * kernel * outputWidth)));
        return layer.bias ? [weight, constantOf(`${name}.bias`, 'biases', outputWidth, 0)] : [weight];
      }
      case 'batch-norm':
        return [
          constantOf(
            `${layer.name}.gamma`,
            'batchNorms',
            layer.width,
            options.zeroInitGamma && layer.last ? 0 : 1,
          ),
          constantOf(`${layer.name}.beta`, 'batchNorms', layer.width, 0),
        ];
      case 'linear':
        return [
          weightOf(layer.name, [layer.inputWidth, layer.outputWidth], 0.01),
          constantOf(`${layer.name}.bias`, 'biases', layer.outputWidth, 0),
        ];
      default:
        return childrenOf(layer).flatMap((children) => parametersOf(children, options));
    }
  });
}

export function statisticsOf(layers: readonly Layer[]): Statistic[] {
  return layers.flatMap((layer): Statistic[] =>
    layer.kind === 'batch-norm'
      ? [
          { name: `${layer.name}.mean`, width: layer.width, initial: 0 },
          { name: `${layer.name}.variance`, width: layer.width, initial: 1 },
        ]
      : childrenOf(layer).flatMap(statisticsOf),
  );
}

/** Initial values one behind the other. Each parameter has a stream of its own, so that one layer more moves no other's. */
export function initialValues(parameters: readonly Parameter[], stream: Random): Float32Array {
  const values = new Float32Array(parameters.reduce((size, { shape }) => size + elements(shape), 0));
  let offset = 0;
  for (const { name, shape, deviation, mean } of parameters) {
    const end = offset + elements(shape);
    if (deviation === 0) values.fill(mean, offset, end);
    else {
      const own = stream.fork(name);
      for (let i = offset; i < end; i++) values[i] = mean + deviation * own.normal();
    }
    offset = end;
  }
  return values;
}

export function initialStatistics(statistics: readonly Statistic[]): Float32Array {
  return Float32Array.from(
    statistics.flatMap(({ width, initial }) => new Array<number>(width).fill(initial)),
  );
}

function childrenOf(layer: Layer): (readonly Layer[])[] {
  if (layer.kind === 'residual') return [layer.layers, layer.shortcut];
  return layer.kind === 'gate' ? [layer.layers] : [];
}

function weightOf(layer: string, shape: readonly number[], deviation: number): Parameter {
  return { name: `${layer}.weight`, group: 'weights', shape, deviation, mean: 0 };
}

function constantOf(name: string, group: ParameterGroup, width: number, mean: number): Parameter {
  return { name, group, shape: [width], deviation: 0, mean };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
