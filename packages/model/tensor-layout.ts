/**
 * A tensor's name and layout outside: timm's, for timm has the most weights of RegNets and the most readers of them.
 *
 * timm 1.0, models/regnet.py: `stem`, `s1.b2`, in a block `conv1`, `conv2`, `conv3`, `se.fc1`, `se.fc2`, `downsample`, then `final_conv`
 * and `head.fc`; under each a `conv` and a `bn`. Blocks that timm does not have are named alike: their 3x3 convolutions are `conv1` and `conv2`.
 */
import { elementsOf, type ModelTensor } from './model.ts';
import type { TensorData } from './safetensors.ts';

/** Of a block's part in our names. */
const parts: Readonly<Record<string, string>> = {
  a: 'conv1',
  b: 'conv2',
  c: 'conv3',
  'se.reduce': 'se.fc1',
  'se.expand': 'se.fc2',
  shortcut: 'downsample',
};

const statistics: Readonly<Record<string, string>> = {
  gamma: 'weight',
  beta: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

/** `stage1.block2.b.bn.gamma` is timm's `s1.b2.conv2.bn.weight`. */
export function timmName(name: string): string {
  const [, layer = '', norm = '', value = ''] = /^(.*?)(\.bn)?\.([a-z]+)$/.exec(name) ?? [];
  const place = timmLayer(layer);
  if (norm !== '') return `${place}.bn.${statistics[value] ?? value}`;
  return /(^head\.fc|\.se\.fc\d)$/.test(place) ? `${place}.${value}` : `${place}.conv.${value}`;
}

function timmLayer(layer: string): string {
  if (layer === 'head.linear') return 'head.fc';
  if (layer === 'head.conv') return 'final_conv';
  const [, stage, block, part = ''] = /^stage(\d+)\.block(\d+)\.(.+)$/.exec(layer) ?? [];
  return stage === undefined ? layer : `s${stage}.b${block}.${parts[part] ?? part}`;
}

/** PyTorch's shape: [output, input / groups, k, k] of a convolution, [output, input] of a linear layer. */
export function timmShape({ shape }: ModelTensor): number[] {
  const [first = 1, second = 1, input = 1, output = 1] = shape;
  if (shape.length === 4) return [output, input, first, second];
  return shape.length === 2 ? [second, first] : [...shape];
}

export function toTimm(tensor: ModelTensor, values: Float32Array): TensorData {
  const moved = new Float32Array(values.length);
  eachElement(tensor.shape, (ours, theirs) => (moved[theirs] = values[ours] ?? NaN));
  return { shape: timmShape(tensor), values: moved };
}

export function fromTimm(tensor: ModelTensor, values: Float32Array): Float32Array {
  const moved = new Float32Array(values.length);
  eachElement(tensor.shape, (ours, theirs) => (moved[ours] = values[theirs] ?? NaN));
  return moved;
}

/** Calls with an element's place in our tensor and in timm's: theirs[o, i, y, x] is ours[k - 1 - y, k - 1 - x, i, o]. */
function eachElement(shape: readonly number[], move: (ours: number, theirs: number) => void): void {
  const output = shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
  const input = shape.length > 1 ? (shape.at(-2) ?? 1) : elementsOf(shape);
  const positions = shape.length === 4 ? (shape[0] ?? 1) * (shape[1] ?? 1) : 1;
  for (let position = 0; position < positions; position++)
    for (let i = 0; i < input; i++)
      for (let o = 0; o < output; o++)
        move((position * input + i) * output + o, (o * input + i) * positions + (positions - 1 - position));
}
