/** The command that makes networks larger or smaller: scale. */
import { groupsOf } from '@netspace/network/compatibility';
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import { formatNetwork, parseNetwork } from '@netspace/network/interchange';
import type { Network, Stage } from '@netspace/network/network';
import { formatQuantity } from '@netspace/network/quantity';
import { scaleNetwork, scaleResolution, scalingFactors } from '@netspace/network/scale';
import type { Command } from 'commander';
import { numberOption, readNetworks } from './input.ts';
import { inputShapeOf, withInput, type InputOptions } from './network-commands.ts';
import { printLine, printTable, say } from './output.ts';

interface ScaleOptions extends InputOptions {
  readonly type: string;
  readonly factor: number;
  readonly json?: true;
}

export function addScaleCommand(program: Command): void {
  withInput(program.command('scale [file]'))
    .description('networks with a multiple of the flops, in depth, width, group width and resolution')
    .requiredOption('--type <T>', 'letters of d, w, g, r (dw, dwr), or with weights (d1_w8_g8_r1)')
    .requiredOption(
      '--factor <F>',
      'of the flops: 2 doubles them',
      numberOption('factor', { least: 1e-6, most: 1e6 }),
    )
    .option('--json', 'print JSON, the scaled network a line')
    .action((file: string | undefined, options: ScaleOptions) => scale(file ?? '-', options));
}

/** JSON is the networks alone, to be piped on; the resolution, which no network carries, is then told beside it. */
function scale(file: string, options: ScaleOptions): void {
  const factors = scalingFactors(options.type, options.factor);
  const resolution = scaleResolution(options.resolution, factors);
  const before = readNetworks(file);
  const after = before.map((network, i) =>
    parseNetwork(scaleNetwork(network, factors), `${nameOf(network, i)} scaled by ${options.factor}`),
  );
  if (options.json) {
    after.forEach((network) => printLine(formatNetwork(network)));
    if (resolution !== options.resolution)
      say(
        `the resolution goes from ${options.resolution} to ${resolution}: use --resolution ${resolution} with these networks`,
      );
    return;
  }
  before.forEach((network, i) =>
    printScaling(nameOf(network, i), [network, after[i] ?? network], resolution, options),
  );
}

function nameOf({ name }: Network, index: number): string {
  return name ?? `network ${index + 1}`;
}

function printScaling(
  name: string,
  networks: readonly [before: Network, after: Network],
  resolution: number,
  options: ScaleOptions,
): void {
  const input = inputShapeOf(options);
  const counts = [
    countComplexity(networks[0], input),
    countComplexity(networks[1], { ...input, resolution }),
  ] as const;
  printLine(`${name}, type ${options.type}, factor ${options.factor}`);
  printTable(
    ['', 'before', 'after', 'ratio'],
    [
      stageRow('depths', networks, ({ depth }) => depth),
      stageRow('widths', networks, ({ width }) => width),
      ...groupRows(networks),
      ['resolution', `${input.resolution}`, `${resolution}`, ratio(resolution / input.resolution)],
      ...(['flops', 'params', 'activations'] as const).map((measure) => countRow(measure, counts)),
    ],
  );
}

/** Of the blocks that groups mean something to. */
function groupRows(networks: readonly [Network, Network]): readonly (readonly string[])[] {
  if (!['bottleneck', 'linear-bottleneck'].includes(networks[0].block)) return [];
  return [
    stageRow('group widths', networks, ({ groupWidth }) => groupWidth),
    stageRow('groups', networks, groupsOf),
  ];
}

function stageRow(
  title: string,
  networks: readonly Network[],
  valueOf: (stage: Stage) => number,
): readonly string[] {
  return [title, ...networks.map(({ stages }) => stages.map(valueOf).join('/')), ''];
}

function countRow(
  measure: keyof Complexity,
  [before, after]: readonly [Complexity, Complexity],
): readonly string[] {
  const { [measure]: from } = before;
  const { [measure]: to } = after;
  return [measure, formatQuantity(from), formatQuantity(to), ratio(to / from)];
}

function ratio(value: number): string {
  return value.toPrecision(3);
}
