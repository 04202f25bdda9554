import type { Network } from '@netspace/network/network';
import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel, importedInput, importTensors } from '../model-file.ts';
import { modelOf, modelTensors, stateOf } from '../model.ts';
import { readSafetensors, writeSafetensors, type Safetensors } from '../safetensors.ts';
import { timmName } from '../tensor-layout.ts';
import { randomModel, small } from './random-model.ts';

const input = { resolution: 28, channels: 3, classes: 5 };
const kinds: readonly Partial<Network>[] = [
  {},
  { seRatio: 0.25, activation: 'silu' },
  { block: 'linear-bottleneck', head: { width: 40 } },
  { block: 'basic' },
  { block: 'vanilla' },
  { block: 'single' },
  { block: 'single-residual', stem: { kind: 'imagenet', width: 8 } },
];

/** The file with another header or other tensors. */
function changed(file: Uint8Array, change: (parts: Safetensors) => Partial<Safetensors>): Uint8Array {
  const parts = readSafetensors(file, 'x');
  return writeSafetensors({ ...parts, ...change(parts) });
}

describe('the file of a model', () => {
  it.each(kinds)('gives back all of it: %j', (kind) => {
    const model = randomModel({ ...small, ...kind }, input);
    expect(decodeModel(encodeModel(model), 'x')).toEqual(model);
  });

  it('is the same for the same model', () => {
    expect(encodeModel(randomModel(small, input))).toEqual(encodeModel(randomModel(small, input)));
  });

  it('keeps a kernel as PyTorch holds it: output, input, and the half turn undone', () => {
    const model = randomModel(small, input);
    const kernel = readSafetensors(encodeModel(model), 'x').tensors.get('s2.b1.conv2.conv.weight');
    expect(kernel?.shape).toEqual([16, 8, 3, 3]);
    const ours = model.values.get('stage2.block1.b.weight') ?? new Float32Array();
    // Output 11, input 3, row 0, column 2 is row 2, column 0 of ours, [3, 3, 8, 16].
    expect(kernel?.values[(11 * 8 + 3) * 9 + 2]).toBe(ours[((2 * 3 + 0) * 8 + 3) * 16 + 11]);
  });

  it.each([
    ['stem.weight', 'stem.conv.weight'],
    ['stem.bn.gamma', 'stem.bn.weight'],
    ['stage1.block2.a.weight', 's1.b2.conv1.conv.weight'],
    ['stage3.block10.b.bn.beta', 's3.b10.conv2.bn.bias'],
    ['stage1.block1.c.bn.mean', 's1.b1.conv3.bn.running_mean'],
    ['stage1.block1.shortcut.bn.variance', 's1.b1.downsample.bn.running_var'],
    ['stage1.block1.se.reduce.weight', 's1.b1.se.fc1.weight'],
    ['stage1.block1.se.expand.bias', 's1.b1.se.fc2.bias'],
    ['head.conv.weight', 'final_conv.conv.weight'],
    ['head.linear.bias', 'head.fc.bias'],
  ])('calls %s what timm calls it, %s', (ours, theirs) => {
    expect(timmName(ours)).toBe(theirs);
  });

  it.each(kinds)('never gives two tensors one name: %j', (kind) => {
    const names = modelTensors({ ...small, ...kind }, input).map(({ name }) => timmName(name));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each<[string, (parts: Safetensors) => Partial<Safetensors>, RegExp]>([
    ['without metadata', () => ({ metadata: {} }), /netspace model import/],
    [
      'of a later format',
      ({ metadata }) => ({ metadata: { ...metadata, netspace: 'model/2' } }),
      /model\/2.*model\/1/,
    ],
    [
      'without classes',
      ({ metadata }) => ({ metadata: { ...metadata, classes: '[]' } }),
      /classes is missing or wrong/,
    ],
    [
      'with a resolution that is no number',
      ({ metadata }) => ({ metadata: { ...metadata, resolution: 'big' } }),
      /resolution.*not JSON/,
    ],
    [
      'with a mean too few',
      ({ metadata }) => ({ metadata: { ...metadata, mean: '[1]' } }),
      /mean has 1 values for 3 channels/,
    ],
    [
      'with another network',
      ({ metadata }) => ({ metadata: { ...metadata, network: '{"stages":[]}' } }),
      /stages/,
    ],
    [
      'without a tensor',
      ({ tensors }) => ({ tensors: new Map([...tensors].slice(1)) }),
      /has no stem.conv.weight of \[8, 3, 3, 3\]/,
    ],
    [
      'with a tensor of another shape',
      ({ tensors }) => ({
        tensors: new Map(tensors).set('head.fc.bias', { shape: [1], values: new Float32Array(1) }),
      }),
      /head.fc.bias is of \[1\], but the network has \[5\]/,
    ],
    [
      'with a tensor too many',
      ({ tensors }) => ({ tensors: new Map(tensors).set('odd', { shape: [], values: new Float32Array(1) }) }),
      /1 tensor that the network does not have: odd/,
    ],
  ])('is refused %s', (_, change, message) => {
    const file = changed(encodeModel(randomModel(small, input)), change);
    expect(() => decodeModel(file, 'm.safetensors')).toThrow(message);
  });

  it('of somebody else is taken with the network named, and tells its channels and classes', () => {
    const { values, ...about } = randomModel(small, input);
    const foreign = readSafetensors(
      changed(encodeModel({ ...about, values }), () => ({ metadata: {} })),
      'x',
    );
    expect(importedInput(foreign, 'x', 28)).toEqual(input);
    expect(importTensors(foreign.tensors, 'x', about).values).toEqual(values);
    expect(() => importedInput({ metadata: {}, tensors: new Map() }, 'x', 28)).toThrow(/names of timm/);
  });
});

describe('a model', () => {
  it('is a learned state cut into tensors, and joins to it again', () => {
    const { values, ...about } = randomModel({ ...small, seRatio: 0.25 }, input);
    const state = stateOf({ ...about, values });
    expect(modelOf(about, state).values).toEqual(values);
    expect(() => modelOf(about, { ...state, biases: state.biases.slice(1) })).toThrow(
      /biases hold \d+ numbers/,
    );
  });
});
