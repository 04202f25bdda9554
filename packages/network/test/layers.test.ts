import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layer } from '@netspace/network/layer';
import { layersOf } from '@netspace/network/layers';
import { cifar, imagenet, network, networks } from './networks.ts';

/** All layers, those inside others included. */
function flatten(layers: readonly Layer[]): Layer[] {
  return layers.flatMap((layer) => {
    if (layer.kind === 'gate') return [layer, ...flatten(layer.layers)];
    if (layer.kind === 'residual') return [layer, ...flatten(layer.layers), ...flatten(layer.shortcut)];
    return [layer];
  });
}

function names(layers: readonly Layer[]): string[] {
  return flatten(layers).flatMap((layer) => ('name' in layer ? [layer.name] : []));
}

/** The width that leaves `layers` when `width` channels enter; an error where a layer expects others. */
function follow(layers: readonly Layer[], width: number): number {
  return layers.reduce((entering, layer) => {
    switch (layer.kind) {
      case 'convolution':
        expect(layer.inputWidth).toBe(entering);
        expect(layer.inputWidth % layer.groups).toBe(0);
        expect(layer.outputWidth % layer.groups).toBe(0);
        return layer.outputWidth;
      case 'linear':
        expect(layer.inputWidth).toBe(entering);
        return layer.outputWidth;
      case 'batch-norm':
      case 'max-pool':
      case 'global-pool':
        expect(layer.width).toBe(entering);
        return entering;
      case 'activation':
        return entering;
      case 'gate':
        expect(follow(layer.layers, entering)).toBe(entering);
        return entering;
      case 'residual': {
        const leaving = follow(layer.layers, entering);
        expect(follow(layer.shortcut, entering)).toBe(leaving);
        return leaving;
      }
    }
  }, width);
}

/** What height and width are divided by, residual branches and shortcuts agreeing. */
function strideOf(layers: readonly Layer[]): number {
  return layers.reduce((stride, layer) => {
    if (layer.kind === 'convolution' || layer.kind === 'max-pool') return stride * layer.stride;
    if (layer.kind !== 'residual') return stride;
    expect(strideOf(layer.shortcut)).toBe(strideOf(layer.layers));
    return stride * strideOf(layer.layers);
  }, 1);
}

/** A layer in a word: `3x3/2 16→32 g4`. */
function brief(layer: Layer): string {
  switch (layer.kind) {
    case 'convolution': {
      const { kernel, stride, inputWidth, outputWidth, groups, bias } = layer;
      const shape = `${kernel}x${kernel}${stride === 1 ? '' : `/${stride}`} ${inputWidth}→${outputWidth}`;
      return `${shape}${groups === 1 ? '' : ` ${groups} groups`}${bias ? ' + bias' : ''}`;
    }
    case 'batch-norm':
      return layer.last ? 'bn (last)' : 'bn';
    case 'activation':
      return layer.activation;
    case 'gate':
      return `gate(${layer.layers.map(brief).join(', ')})`;
    case 'residual':
      return `residual(${layer.layers.map(brief).join(', ')} | ${layer.shortcut.map(brief).join(', ')})`;
    default:
      return layer.kind;
  }
}

describe('the layers of a block', () => {
  const first = (parts: Parameters<typeof network>[1], stride = 2) =>
    layersOf(network([{ depth: 1, width: 16, stride, bottleneckRatio: 0.5, groupWidth: 8 }], parts), cifar)
      .slice(3, -2)
      .map(brief);

  it.each<[string, Parameters<typeof network>[1], string[]]>([
    [
      'X',
      {},
      [
        'residual(1x1 16→32, bn, relu, 3x3/2 32→32 4 groups, bn, relu, 1x1 32→16, bn (last) | 1x1/2 16→16, bn)',
        'relu',
      ],
    ],
    [
      'Y: the gate is as wide as a share of what enters the block, and sits before the last convolution',
      { seRatio: 0.25, activation: 'silu' },
      [
        'residual(1x1 16→32, bn, silu, 3x3/2 32→32 4 groups, bn, silu, gate(global-pool, 1x1 32→4 + bias, silu, 1x1 4→32 + bias, sigmoid), 1x1 32→16, bn (last) | 1x1/2 16→16, bn)',
        'silu',
      ],
    ],
    [
      'Z: no shortcut at a change, nothing after the sum',
      { block: 'linear-bottleneck' },
      ['1x1 16→32', 'bn', 'relu', '3x3/2 32→32 4 groups', 'bn', 'relu', '1x1 32→16', 'bn'],
    ],
    [
      'basic: two 3x3, ratio and groups ignored',
      { block: 'basic', seRatio: 0.25 },
      ['residual(3x3/2 16→16, bn, relu, 3x3 16→16, bn (last) | 1x1/2 16→16, bn)', 'relu'],
    ],
    ['vanilla', { block: 'vanilla' }, ['3x3/2 16→16', 'bn', 'relu', '3x3 16→16', 'bn', 'relu']],
    ['V', { block: 'single' }, ['3x3/2 16→16', 'bn', 'relu']],
    ['VR', { block: 'single-residual' }, ['residual(3x3/2 16→16, bn (last) | 1x1/2 16→16, bn)', 'relu']],
  ])('%s', (_, parts, expected) => {
    expect(first(parts)).toEqual(expected);
  });

  it('Z where nothing changes has an identity beside it and no activation after it', () => {
    expect(first({ block: 'linear-bottleneck' }, 1)).toEqual([
      'residual(1x1 16→32, bn, relu, 3x3 32→32 4 groups, bn, relu, 1x1 32→16, bn (last) | )',
    ]);
  });

  it('X where nothing changes has an identity beside it', () => {
    expect(first({ block: 'single-residual' }, 1)).toEqual(['residual(3x3 16→16, bn (last) | )', 'relu']);
  });
});

describe('the layers of a network', () => {
  it('are stem, blocks and head, named by place', () => {
    const made = network([{ depth: 2, width: 24 }], { head: { width: 64 }, seRatio: 0.25 });
    const all = names(layersOf(made, imagenet));
    expect(all.filter((name) => !name.endsWith('.bn'))).toEqual([
      'stem',
      'stage1.block1.a',
      'stage1.block1.b',
      'stage1.block1.se.reduce',
      'stage1.block1.se.expand',
      'stage1.block1.c',
      'stage1.block1.shortcut',
      'stage1.block2.a',
      'stage1.block2.b',
      'stage1.block2.se.reduce',
      'stage1.block2.se.expand',
      'stage1.block2.c',
      'head.conv',
      'head.linear',
    ]);
  });

  it('have unique names', () => {
    assert(
      property(networks, (drawn) => {
        const all = names(layersOf(drawn, cifar));
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it('pass on as many channels as the next expects, shortcuts included', () => {
    assert(
      property(networks, (drawn) => {
        expect(follow(layersOf(drawn, cifar), cifar.channels)).toBe(cifar.classes);
      }),
    );
  });

  it('shrink the image by the product of the strides, shortcuts included', () => {
    assert(
      property(networks, (drawn) => {
        const stem = { simple: 2, cifar: 1, imagenet: 4 }[drawn.stem.kind];
        const expected = drawn.stages.reduce((product, { stride }) => product * stride, stem);
        expect(strideOf(layersOf(drawn, cifar))).toBe(expected);
      }),
    );
  });

  it('start the last batch norm of a branch at zero only where a shortcut carries the signal', () => {
    const last = (layers: readonly Layer[]) =>
      flatten(layers).filter((layer) => layer.kind === 'batch-norm' && layer.last).length;
    assert(
      property(networks, (drawn) => {
        const layers = layersOf(drawn, cifar);
        const residuals = flatten(layers).filter(({ kind }) => kind === 'residual').length;
        expect(last(layers)).toBe(residuals);
      }),
    );
  });
});
