/** The one description of a network's layers: stem, blocks, head. Section 3.2, Figure 3; Appendix D. */
import { innerWidth } from './compatibility.ts';
import type { Layer } from './layer.ts';
import type { ActivationKind, InputShape, Network, Stage } from './network.ts';
import { roundHalfEven } from './rounding.ts';

export function layersOf(network: Network, input: InputShape): readonly Layer[] {
  const layers: Layer[] = [...stemLayers(network, input)];
  let width = network.stem.width;
  network.stages.forEach((stage, i) => {
    for (let block = 1; block <= stage.depth; block++) {
      const stride = block === 1 ? stage.stride : 1;
      layers.push(...blockLayers(`stage${i + 1}.block${block}`, network, stage, width, stride));
      width = stage.width;
    }
  });
  if (network.head.width > 0) {
    layers.push(...convNormAct('head.conv', 1, 1, width, network.head.width, 1, network.activation));
    width = network.head.width;
  }
  layers.push({ kind: 'global-pool', width });
  layers.push({ kind: 'linear', name: 'head.linear', inputWidth: width, outputWidth: input.classes });
  return layers;
}

function stemLayers({ stem, activation }: Network, input: InputShape): Layer[] {
  const [kernel, stride] = stem.kind === 'imagenet' ? [7, 2] : stem.kind === 'cifar' ? [3, 1] : [3, 2];
  const layers = convNormAct('stem', kernel, stride, input.channels, stem.width, 1, activation);
  return stem.kind === 'imagenet'
    ? [...layers, { kind: 'max-pool', kernel: 3, stride: 2, width: stem.width }]
    : layers;
}

function blockLayers(
  name: string,
  network: Network,
  stage: Stage,
  inputWidth: number,
  stride: number,
): Layer[] {
  const { activation, block } = network;
  const { width } = stage;
  const act: Layer = { kind: 'activation', activation };
  const changes = inputWidth !== width || stride !== 1;
  const residual = hasShortcut(block, changes);
  const branch = branchLayers(name, network, stage, inputWidth, stride, residual);
  if (!residual) return block === 'linear-bottleneck' ? branch : [...branch, act];
  const shortcut = changes ? convNorm(`${name}.shortcut`, 1, stride, inputWidth, width, 1, false) : [];
  const sum: Layer = { kind: 'residual', layers: branch, shortcut };
  return block === 'linear-bottleneck' ? [sum] : [sum, act];
}

/** Vanilla blocks have none; linear bottlenecks have one only where width and resolution stay. */
function hasShortcut(block: Network['block'], changes: boolean): boolean {
  if (block === 'vanilla' || block === 'single') return false;
  return block !== 'linear-bottleneck' || !changes;
}

function branchLayers(
  name: string,
  network: Network,
  stage: Stage,
  inputWidth: number,
  stride: number,
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
  const gateWidth = roundHalfEven(inputWidth * network.seRatio);
  return [
    ...convNormAct(`${name}.a`, 1, 1, inputWidth, inner, 1, activation),
    ...convNormAct(`${name}.b`, 3, stride, inner, inner, inner / stage.groupWidth, activation),
    ...(gateWidth > 0 ? [gateLayer(`${name}.se`, inner, gateWidth, activation)] : []),
    ...convNorm(`${name}.c`, 1, 1, inner, width, 1, residual),
  ];
}

function gateLayer(name: string, width: number, gateWidth: number, activation: ActivationKind): Layer {
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
        outputWidth: gateWidth,
        groups: 1,
        bias: true,
      },
      { kind: 'activation', activation },
      {
        kind: 'convolution',
        name: `${name}.expand`,
        kernel: 1,
        stride: 1,
        inputWidth: gateWidth,
        outputWidth: width,
        groups: 1,
        bias: true,
      },
      { kind: 'activation', activation: 'sigmoid' },
    ],
  };
}

function convNorm(
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

function convNormAct(
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
