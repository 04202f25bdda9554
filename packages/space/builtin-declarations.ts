/** The spaces of the papers, as declarations: [DNDS] Sections 3.2 to 5, Figures 6, 7 and 10; [NDS] Table 1. */
import type { SpaceDeclaration } from './declaration.ts';

/** Each extends only what stands before it. Without `stages`, `stem` and `strides`: four stages of stride 2 behind a 3x3 stem of 32. */
export const builtinDeclarations: readonly SpaceDeclaration[] = [
  {
    name: 'anynet-a',
    sentence: 'AnyNetX A: depth, width, bottleneck ratio and group width of each of four stages.',
    generator: 'anynet',
    stages: 4,
    dimensions: {
      depth: { kind: 'log-uniform', low: 1, high: 16, step: 1 },
      width: { kind: 'log-uniform', low: 8, high: 1024, step: 8 },
      bottleneckRatio: [1, 2, 4],
      groupWidth: [1, 2, 4, 8, 16, 32],
    },
  },
  {
    name: 'anynet-b',
    sentence: 'AnyNetX B: A with one bottleneck ratio for all stages.',
    extends: 'anynet-a',
    rules: ['shared-bottleneck-ratio'],
  },
  {
    name: 'anynet-c',
    sentence: 'AnyNetX C: B with one group width for all stages.',
    extends: 'anynet-b',
    rules: ['shared-group-width'],
  },
  {
    name: 'anynet-d',
    sentence: 'AnyNetX D: C with widths that do not decrease.',
    extends: 'anynet-c',
    rules: ['widths-do-not-decrease'],
  },
  {
    name: 'anynet-e',
    sentence: 'AnyNetX E: D with depths that do not decrease.',
    extends: 'anynet-d',
    rules: ['depths-do-not-decrease'],
  },
  {
    name: 'anynet-e-except-last',
    sentence: 'AnyNetX D with depths that do not decrease before the last stage, as in the best RegNets.',
    extends: 'anynet-d',
    rules: ['depths-do-not-decrease-except-last'],
  },
  {
    name: 'anynet-c-decreasing-widths',
    sentence: 'AnyNetX C with widths that do not increase: the negative control of D (Figure 6).',
    extends: 'anynet-c',
    rules: ['widths-do-not-increase'],
  },
  {
    name: 'anynet-d-decreasing-depths',
    sentence: 'AnyNetX D with depths that do not increase: the negative control of E (Figure 7).',
    extends: 'anynet-d',
    rules: ['depths-do-not-increase'],
  },
  {
    name: 'regnetx',
    sentence:
      'RegNetX: widths and depths from (d, w0, wa, wm), one bottleneck ratio, one group width (Section 3.3).',
    generator: 'regnet',
    stages: 4,
    dimensions: {
      // d < 64; w0 and wa to 256 and their grids as in pycls' sampler.
      depth: { kind: 'log-uniform', low: 1, high: 63, step: 1 },
      initialWidth: { kind: 'log-uniform', low: 8, high: 256, step: 8 },
      widthSlope: { kind: 'log-uniform', low: 8, high: 256, step: 0.1 },
      widthMultiplier: { kind: 'log-uniform', low: 1.5, high: 3, step: 0.001 },
      bottleneckRatio: [1, 2, 4],
      groupWidth: [1, 2, 4, 8, 16, 32],
    },
  },
  {
    name: 'regnety',
    sentence: 'RegNetY: RegNetX with squeeze-and-excitation of ratio 1/4 (Section 5).',
    extends: 'regnetx',
    seRatio: 0.25,
  },
  {
    name: 'regnetz',
    sentence: 'RegNetZ: RegNetY of inverted bottlenecks (b = 1/4) with linear output and SiLU.',
    extends: 'regnety',
    block: 'linear-bottleneck',
    activation: 'silu',
    dimensions: { bottleneckRatio: 0.25 },
  },
  {
    name: 'regnetx-constrained',
    sentence: 'RegNetX of Section 4: b = 1, 12 to 28 blocks, wm of at least 2, group widths of 8 to 128.',
    extends: 'regnetx',
    dimensions: {
      depth: { kind: 'uniform', low: 12, high: 28, step: 1 },
      widthMultiplier: { kind: 'log-uniform', low: 2, high: 3, step: 0.001 },
      bottleneckRatio: 1,
      groupWidth: { kind: 'power2-or-log-uniform', low: 8, high: 128, step: 8 },
    },
  },
  {
    name: 'regnety-constrained',
    sentence: 'RegNetY of Section 4: the constrained RegNetX with squeeze-and-excitation of ratio 1/4.',
    extends: 'regnetx-constrained',
    seRatio: 0.25,
  },
  {
    name: 'anynet-r',
    sentence: 'AnyNet A of R blocks: X blocks without groups (Figure 10).',
    extends: 'anynet-a',
    dimensions: { groups: 1 },
  },
  {
    name: 'anynet-v',
    sentence: 'AnyNet A of V blocks: one 3x3 convolution without shortcut (Figure 10).',
    extends: 'anynet-a',
    block: 'single',
  },
  {
    name: 'anynet-vr',
    sentence: 'AnyNet A of VR blocks: V with a shortcut (Figure 10).',
    extends: 'anynet-a',
    block: 'single-residual',
  },
  {
    name: 'regnetr',
    sentence: 'RegNet of R blocks: X blocks without groups (Figure 10).',
    extends: 'regnetx',
    dimensions: { groups: 1 },
  },
  {
    name: 'regnetv',
    sentence: 'RegNet of V blocks: one 3x3 convolution without shortcut (Figure 10).',
    extends: 'regnetx',
    block: 'single',
  },
  {
    name: 'regnetvr',
    sentence: 'RegNet of VR blocks: V with a shortcut (Figure 10).',
    extends: 'regnetx',
    block: 'single-residual',
  },
  {
    name: 'nds-resnet',
    sentence:
      'ResNet of [NDS] Table 1 for CIFAR: three stages of basic blocks; the grid between its ends is ours, where the paper only counts values.',
    generator: 'anynet',
    stages: 3,
    stem: { kind: 'cifar', width: 16 },
    strides: [1, 2, 2],
    block: 'basic',
    dimensions: {
      // 9 values from 1 to 24, about evenly spaced in their logarithm: the nearest whole numbers that differ.
      depth: [1, 2, 3, 4, 5, 7, 11, 16, 24],
      // 12 values from 16 to 256, the same, to multiples of 4.
      width: [16, 20, 28, 36, 44, 56, 72, 92, 120, 156, 200, 256],
    },
  },
  {
    name: 'nds-vanilla',
    sentence: 'Vanilla of [NDS] Table 1: the ResNet space without shortcuts.',
    extends: 'nds-resnet',
    block: 'vanilla',
  },
  {
    name: 'nds-resnext-a',
    sentence: 'ResNeXt-A of [NDS] Table 1: bottlenecks with groups, 16 to 256 wide, up to 4 groups.',
    extends: 'nds-resnet',
    block: 'bottleneck',
    dimensions: {
      depth: [1, 2, 4, 8, 16],
      width: [16, 32, 64, 128, 256],
      bottleneckRatio: [1, 2, 4],
      groups: [1, 2, 4],
    },
  },
  {
    name: 'nds-resnext-b',
    sentence: 'ResNeXt-B of [NDS] Table 1: ResNeXt-A with widths of 64 to 1024 and up to 16 groups.',
    extends: 'nds-resnext-a',
    dimensions: { width: [64, 128, 256, 512, 1024], groups: [1, 2, 4, 8, 16] },
  },
];
