/** The one description of a network's layers: stem, blocks, head. Section 3.2, Figure 3; Appendix D. */
import { innerWidth } from './compatibility.ts';
import type { Layer } from './layer.ts';
import type { ActivationKind, InputShape, Network, Stage } from './network.ts';
import { roundHalfEven } from './rounding.ts';

/** What a block's layers depend on, besides its network. */
export interface Block {
  readonly stage: Stage;
  /** Channels of the block's input. */
  readonly inputWidth: number;
  readonly stride: number;
}

/** Blocks of a stage that are alike: its first, which alone strides and widens, or the others. */
export interface BlockRun extends Block {
  /** From 1. */
  readonly stageNumber: number;
  /** Of the run's first block in its stage, from 1. */
  readonly blockNumber: number;
  /** Blocks, at least 1. */
  readonly count: number;
}

/**
 * How a block becomes layers. `name` stands before the names of all its layers (`stage1.block2`), which must be unique; the block maps
 * [batch, height, width, inputWidth] to [batch, ceil(height / stride), ceil(width / stride), stage.width].
 */
export type BlockBuilder = (name: string, network: Network, made: Block) => readonly Layer[];

/** All layers, first to last. A builder of one's own stands for the kind of block that the network names. */
export function layersOf(
  network: Network,
  input: InputShape,
  block: BlockBuilder = blockLayers,
): readonly Layer[] {
  const layers: Layer[] = stemLayers(network, input.channels);
  for (const run of blockRuns(network))
    for (let i = 0; i < run.count; i++)
      layers.push(...block(`stage${run.stageNumber}.block${run.blockNumber + i}`, network, run));
  const width = network.stages.at(-1)?.width ?? network.stem.width;
  layers.push(...headLayers(network, width, input.classes));
  return layers;
}

export function blockRuns({ stem, stages }: Network): BlockRun[] {
  const runs: BlockRun[] = [];
  let inputWidth = stem.width;
  let stageNumber = 0;
  for (const stage of stages) {
    const { depth, width, stride } = stage;
    stageNumber++;
    runs.push({ stage, inputWidth, stride, stageNumber, blockNumber: 1, count: 1 });
    if (depth > 1)
      runs.push({ stage, inputWidth: width, stride: 1, stageNumber, blockNumber: 2, count: depth - 1 });
    inputWidth = width;
  }
  return runs;
}

export function stemLayers({ stem, activation }: Network, channels: number): Layer[] {
  const [kernel, stride] = stem.kind === 'imagenet' ? [7, 2] : stem.kind === 'cifar' ? [3, 1] : [3, 2];
  const layers = convNormAct('stem', kernel, stride, channels, stem.width, 1, activation);
  return stem.kind === 'imagenet'
    ? [...layers, { kind: 'max-pool', kernel: 3, stride: 2, width: stem.width }]
    : layers;
}

/** `inputWidth` is the last stage's width. */
export function headLayers({ head, activation }: Network, inputWidth: number, classes: number): Layer[] {
  const width = head.width > 0 ? head.width : inputWidth;
  return [
    ...(head.width > 0 ? convNormAct('head.conv', 1, 1, inputWidth, width, 1, activation) : []),
    { kind: 'global-pool', width },
    { kind: 'linear', name: 'head.linear', inputWidth: width, outputWidth: classes },
  ];
}

export function blockLayers(name: string, network: Network, made: Block): Layer[] {
  const { activation, block } = network;
  const { stage, inputWidth, stride } = made;
  const act: Layer = { kind: 'activation', activation };
  const changes = inputWidth !== stage.width || stride !== 1;
  const residual = hasShortcut(block, changes);
  const branch = branchLayers(name, network, made, residual);
  if (!residual) return block === 'linear-bottleneck' ? branch : [...branch, act];
  const shortcut = changes ? convNorm(`${name}.shortcut`, 1, stride, inputWidth, stage.width, 1, false) : [];
  const sum: Layer = { kind: 'residual', layers: branch, shortcut };
  return block === 'linear-bottleneck' ? [sum] : [sum, act];
}

/** Channels that the squeeze-and-excitation of a block squeezes to; 0 for none. */
export function gateWidth({ seRatio }: Network, inputWidth: number): number {
  return roundHalfEven(inputWidth * seRatio);
}

/** Vanilla blocks have none; linear bottlenecks have one only where width and resolution stay. */
function hasShortcut(block: Network['block'], changes: boolean): boolean {
  if (block === 'vanilla' || block === 'single') return false;
  return block !== 'linear-bottleneck' || !changes;
}

function branchLayers(
  name: string,
  network: Network,
  { stage, inputWidth, stride }: Block,
  residual: boolean,
): Layer[] {
  const { activation, block } = network;
  const { width } = stage;
  if (block === 'single' || block === 'single-residual')
    return convNorm(`${name}.a`, 3, stride, inputWidth, width, 1, residual);
  if (block === 'basic' || block === 'vanilla')
    return [
      ...convNormAct(`${name}.a`, 3, stride, inputWidth, width, 1, activation),
      ...convNorm(`${name}.b`, 3, 1, width, width, 1, residual),
    ];
  const inner = innerWidth(stage);
  const gate = gateWidth(network, inputWidth);
  return [
    ...convNormAct(`${name}.a`, 1, 1, inputWidth, inner, 1, activation),
    ...convNormAct(`${name}.b`, 3, stride, inner, inner, inner / stage.groupWidth, activation),
    ...(gate > 0 ? [gateLayer(`${name}.se`, inner, gate, activation)] : []),
    ...convNorm(`${name}.c`, 1, 1, inner, width, 1, residual),
  ];
}

function gateLayer(name: string, width: number, squeezed: number, activation: ActivationKind): Layer {
  return {
    kind: 'gate',
    layers: [
      { kind: 'global-pool', width },
      {
        kind: 'convolution',
        name: `${name}.reduce`,
        kernel: 1,
        stride: 1,
        inputWidth: width,
        outputWidth: squeezed,
        groups: 1,
        bias: true,
      },
      { kind: 'activation', activation },
      {
        kind: 'convolution',
        name: `${name}.expand`,
        kernel: 1,
        stride: 1,
        inputWidth: squeezed,
        outputWidth: width,
        groups: 1,
        bias: true,
      },
      { kind: 'activation', activation: 'sigmoid' },
    ],
  };
}

/** A convolution without bias and its batch norm; `last` marks the end of a residual branch. */
export function convNorm(
  name: string,
  kernel: number,
  stride: number,
  inputWidth: number,
  outputWidth: number,
  groups: number,
  last: boolean,
): Layer[] {
  return [
    { kind: 'convolution', name: `${name}`, kernel, stride, inputWidth, outputWidth, groups, bias: false },
    { kind: 'batch-norm', name: `${name}.bn`, width: outputWidth, last },
  ];
}

/** The same with an activation behind it. */
export function convNormAct(
  name: string,
  kernel: number,
  stride: number,
  inputWidth: number,
  outputWidth: number,
  groups: number,
  activation: ActivationKind,
): Layer[] {
  return [
    ...convNorm(name, kernel, stride, inputWidth, outputWidth, groups, false),
    { kind: 'activation', activation },
  ];
}
