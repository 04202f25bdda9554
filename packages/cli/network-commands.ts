/** Commands about single networks: quantize, complexity, zoo, fit. */
import { innerWidth, groupsOf } from '@netspace/network/compatibility';
import { countComplexity } from '@netspace/network/complexity';
import { fitWidths } from '@netspace/network/fit';
import type { InputShape } from '@netspace/network/network';
import { formatQuantity } from '@netspace/network/quantity';
import { quantizeWidths } from '@netspace/network/quantize';
import { generateRegNet } from '@netspace/network/regnet';
import { findModel, zoo, type ZooModel } from '@netspace/network/zoo';
import type { Command } from 'commander';
import { numberOption, readNetworks } from './input.ts';
import { printJson, printLine, printTable } from './output.ts';

interface QuantizeOptions {
  readonly depth: number;
  readonly w0: number;
  readonly wa: number;
  readonly wm: number;
  readonly groupWidth: number;
  readonly bottleneckRatio: number;
  readonly seRatio: number;
  readonly json?: true;
}

export interface InputOptions {
  readonly resolution: number;
  readonly channels: number;
  readonly classes: number;
}

export function addNetworkCommands(program: Command): void {
  program
    .command('quantize')
    .description('widths and stages of a RegNet from its parameters (equations 2 to 4)')
    .requiredOption('--depth <D>', 'blocks', numberOption('depth', { least: 1, whole: true }))
    .requiredOption('--w0 <W0>', 'initial width, a multiple of 8', numberOption('w0', { least: 8 }))
    .requiredOption('--wa <WA>', 'width slope', numberOption('wa', { least: 0 }))
    .requiredOption('--wm <WM>', 'width multiplier, above 1', numberOption('wm', { least: 1 }))
    .requiredOption(
      '--group-width <G>',
      'channels a group',
      numberOption('group-width', { least: 1, whole: true }),
    )
    .option(
      '--bottleneck-ratio <B>',
      'width / inner width',
      numberOption('bottleneck-ratio', { least: 0.01 }),
      1,
    )
    .option('--se-ratio <R>', 'squeeze-and-excitation', numberOption('se-ratio', { least: 0, most: 1 }), 0)
    .option('--json', 'print JSON')
    .action(quantize);

  withInput(program.command('complexity [file]'))
    .description('flops, params and activations of networks')
    .option('--json', 'print JSON, a line a network')
    .action((file: string | undefined, options: InputOptions & { json?: true }) =>
      complexity(file ?? '-', options),
    );

  program
    .command('zoo [name]')
    .description('the published models: parameters, stages, complexity, ImageNet error')
    .option('--json', 'print JSON')
    .action((name: string | undefined, options: { json?: true }) => printZoo(name, options.json === true));

  program
    .command('fit [file]')
    .description('the quantized linear widths nearest to a network (Section 3.3)')
    .option('--json', 'print JSON, a line a network')
    .action((file: string | undefined, options: { json?: true }) => fit(file ?? '-', options.json === true));
}

/** Adds the options that say what a network is applied to. */
export function withInput(command: Command): Command {
  return command
    .option(
      '--resolution <R>',
      'pixels',
      numberOption('resolution', { least: 1, most: 4096, whole: true }),
      224,
    )
    .option(
      '--channels <C>',
      'of the image',
      numberOption('channels', { least: 1, most: 1024, whole: true }),
      3,
    )
    .option(
      '--classes <N>',
      'of the head',
      numberOption('classes', { least: 1, most: 1e6, whole: true }),
      1000,
    );
}

export function inputShapeOf({ resolution, channels, classes }: InputOptions): InputShape {
  return { resolution, channels, classes };
}

function quantize(options: QuantizeOptions): void {
  const { depth, w0, wa, wm, groupWidth, bottleneckRatio, seRatio } = options;
  const parameters = { depth, initialWidth: w0, widthSlope: wa, widthMultiplier: wm };
  const { linearWidths, blockWidths, levels, regular } = quantizeWidths(parameters);
  const network = generateRegNet({ ...parameters, groupWidth, bottleneckRatio, seRatio });
  const stages = network.stages.map((stage) => ({
    depth: stage.depth,
    width: stage.width,
    groupWidth: stage.groupWidth,
    bottleneckRatio: stage.bottleneckRatio,
    innerWidth: innerWidth(stage),
    groups: groupsOf(stage),
  }));
  if (options.json) return printJson({ linearWidths, blockWidths, levels, regular, stages, network });
  printTable(
    ['stage', 'depth', 'width', 'inner width', 'group width', 'groups'],
    stages.map((stage, i) => [
      i + 1,
      stage.depth,
      stage.width,
      stage.innerWidth,
      stage.groupWidth,
      stage.groups,
    ]),
  );
  printLine(`block widths  ${blockWidths.join(' ')}`);
  printLine(`linear widths ${linearWidths.map((width) => Number(width.toFixed(1))).join(' ')}`);
  if (!regular)
    printLine('not regular: a level is skipped or two collapse, so samplers leave this network out');
}

function complexity(file: string, options: InputOptions & { json?: true }): void {
  const networks = readNetworks(file);
  const counts = networks.map((network) => countComplexity(network, inputShapeOf(options)));
  if (options.json) return counts.forEach(printJson);
  printTable(
    ['network', 'flops', 'params', 'activations'],
    counts.map(({ flops, params, activations }, i) => [
      networks[i]?.name ?? `${i + 1}`,
      flops,
      params,
      activations,
    ]),
  );
}

function printZoo(name: string | undefined, json: boolean): void {
  const models = name === undefined ? zoo : [findModel(name)];
  if (json) return models.forEach(printJson);
  printTable(
    ['model', 'flops', 'params', 'activations', 'top-1 error', 'depths', 'widths', 'group width'],
    models.map(zooRow),
  );
}

function zooRow({ name, network, flops, params, activations, top1Error }: ZooModel): string[] {
  return [
    name,
    formatQuantity(flops),
    formatQuantity(params),
    formatQuantity(activations),
    top1Error === undefined ? '' : `${(top1Error * 100).toFixed(1)} %`,
    network.stages.map(({ depth }) => depth).join('/'),
    network.stages.map(({ width }) => width).join('/'),
    [...new Set(network.stages.map(({ groupWidth }) => groupWidth))].join('/'),
  ];
}

function fit(file: string, json: boolean): void {
  const networks = readNetworks(file);
  const fits = networks.map(fitWidths);
  if (json) return fits.forEach(printJson);
  printTable(
    ['network', 'fit error', 'depth', 'w0', 'wa', 'wm'],
    fits.map(({ fitError, depth, initialWidth, widthSlope, widthMultiplier }, i) => [
      networks[i]?.name ?? `${i + 1}`,
      Number(fitError.toFixed(5)),
      depth,
      initialWidth,
      Number(widthSlope.toFixed(3)),
      Number(widthMultiplier.toFixed(3)),
    ]),
  );
}
