import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countComplexity } from '@netspace/network/complexity';
import type { Layer } from '@netspace/network/layer';
import { layersOf } from '@netspace/network/layers';
import { countLayerComplexity } from '../layer-complexity.ts';
import { addCounts, compileCounts, CountProgramError, type Tally } from '../count-program.ts';
import { networks } from './networks.ts';

/** Counts layer by layer, with real maps' sizes and no programs: the plain reading of the rules. */
function countPlainly(layers: readonly Layer[], side: number, tally: Tally): number {
  for (const layer of layers) side = countOne(layer, side, tally);
  return side;
}

function countOne(layer: Layer, side: number, tally: Tally): number {
  if (layer.kind === 'global-pool') return 1;
  if (layer.kind === 'gate') countPlainly(layer.layers, side, tally);
  if (layer.kind === 'batch-norm') tally.params += 2 * layer.width;
  if (layer.kind === 'residual') {
    countPlainly(layer.shortcut, side, tally);
    return countPlainly(layer.layers, side, tally);
  }
  const output = 'stride' in layer ? Math.ceil(side / layer.stride) : side;
  if (layer.kind === 'max-pool') tally.activations += layer.width * output ** 2;
  if (layer.kind === 'convolution' || layer.kind === 'linear') {
    const [kernel, groups, bias] =
      layer.kind === 'linear' ? [1, 1, true] : [layer.kernel, layer.groups, layer.bias];
    const weights = (kernel ** 2 * layer.inputWidth * layer.outputWidth) / groups;
    const all = weights + (bias ? layer.outputWidth : 0);
    tally.params += all;
    tally.flops += all * output ** 2;
    tally.activations += layer.outputWidth * output ** 2;
  }
  return output;
}

const inputs = record({
  resolution: integer({ min: 1, max: 300 }),
  channels: constantFrom(1, 3, 4),
  classes: constantFrom(1, 2, 10, 1000),
});

describe('compiled counts', () => {
  it('are those of the layers, one by one', () => {
    assert(
      property(networks, inputs, (network, input) => {
        const plain = { flops: 0, params: 0, activations: 0 };
        countPlainly(layersOf(network, input), input.resolution, plain);
        expect(countComplexity(network, input)).toEqual(plain);
        expect(countLayerComplexity(layersOf(network, input), input.resolution)).toEqual(plain);
      }),
      { numRuns: 1000, seed: 5 },
    );
  });

  const convolution = {
    kind: 'convolution',
    name: 'a',
    kernel: 3,
    stride: 2,
    inputWidth: 5,
    outputWidth: 7,
    groups: 1,
    bias: false,
  } as const;

  it('hold for every width of the same layers', () => {
    const program = compileCounts([convolution], [1, 5, 7]);
    const tally = { flops: 0, params: 0, activations: 0 };
    // 3x3 from 4 to 6 channels, 9 px to 5 px, twice.
    expect(addCounts(program, [1, 4, 6], 9, 2, tally)).toBe(5);
    expect(tally).toEqual({ flops: 2 * 216 * 25, params: 2 * 216, activations: 2 * 6 * 25 });
  });

  it('refuse a width whose origin is unknown, rather than count it as a constant', () => {
    expect(() => compileCounts([{ ...convolution, outputWidth: 14 }], [1, 5, 7])).toThrow(CountProgramError);
  });

  it('refuse branches whose outputs differ in size', () => {
    const shortcut = [{ ...convolution, stride: 3 }];
    const layers = [{ kind: 'residual', layers: [convolution], shortcut } as const];
    expect(() => compileCounts(layers, [1, 5, 7])).toThrow(/stride of 2/);
  });
});
