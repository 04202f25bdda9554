/** Commands about design spaces: list, show, count, compare, draw, sample, check. */
import { formatNetwork } from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { formatQuantity, type Range } from '@netspace/network/quantity';
import { builtinSpaces } from '@netspace/space/builtin';
import { spaceJsonSchema } from '@netspace/space/declaration';
import { compareSpaces } from '@netspace/space/difference';
import { membershipOf } from '@netspace/space/membership';
import { countSpace } from '@netspace/space/size';
import { sampleNetworks, type SampledNetwork } from '@netspace/space/sample';
import { formatSpace } from '@netspace/space/space';
import type { Window } from '@netspace/space/window';
import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { UsageError } from './errors.ts';
import { numberOption, rangeOption, readNetworks, readSpace } from './input.ts';
import { inputShapeOf, withInput, type InputOptions } from './network-commands.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { toPyclsConfig } from '@netspace/network/pycls-config';
import { addSpaceDraw } from './space-draw-command.ts';

interface SampleOptions extends InputOptions {
  readonly count: number;
  readonly seed: string;
  readonly flops?: Range;
  readonly params?: Range;
  readonly activations?: Range;
  readonly format: 'ndjson' | 'table' | 'yaml' | 'pycls';
  readonly json?: true;
}

export function addSpaceCommands(program: Command): void {
  const space = program
    .command('space')
    .description('design spaces: list, show, count, compare and draw them');

  space
    .command('list')
    .description('the built-in spaces')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => listSpaces(options.json === true));

  space
    .command('show <space>')
    .description('a space as it is declared')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: true }) => showSpace(name, options.json === true));

  space
    .command('count <space>')
    .description('how many points and networks a space has, exactly')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: true }) => countNetworks(name, options.json === true));

  space
    .command('diff <before> <after>')
    .description('what one space adds to another')
    .option('--json', 'print JSON, a line a change')
    .action((before: string, after: string, options: { json?: true }) =>
      showDifference(before, after, options.json === true),
    );

  addSpaceDraw(space);

  space
    .command('schema')
    .description('the JSON Schema of a declared space')
    .option('--json', 'as always')
    .action(() => printLine(JSON.stringify(spaceJsonSchema(), null, 2)));

  withInput(program.command('sample <space>'))
    .description('networks of a space, drawn from a seed')
    .requiredOption(
      '-n, --count <N>',
      'networks',
      numberOption('count', { least: 1, most: 1e6, whole: true }),
    )
    .option('--seed <S>', 'a number or a word', '1')
    .option('--flops <LO:HI>', 'window of multiply-adds', rangeOption('flops'))
    .option('--params <LO:HI>', 'window of parameters', rangeOption('params'))
    .option('--activations <LO:HI>', 'window of activations', rangeOption('activations'))
    .addOption(new Option('--format <F>').choices(['ndjson', 'table', 'yaml', 'pycls']).default('ndjson'))
    .option('--json', 'print JSON, a line a network, as without --format')
    .action(sample);

  program
    .command('check <space> [file]')
    .description('whether networks are members of a space, and which rule they break')
    .option('--json', 'print JSON, a line a network')
    .action((name: string, file: string | undefined, options: { json?: true }) =>
      check(name, file ?? '-', options.json === true),
    );
}

function listSpaces(json: boolean): void {
  if (json) return builtinSpaces().forEach(({ name, sentence }) => printJson({ name, sentence }));
  printTable(
    ['space', 'what it is'],
    builtinSpaces().map(({ name, sentence }) => [name, sentence]),
  );
}

function showSpace(name: string, json: boolean): void {
  const declared = formatSpace(readSpace(name));
  if (json) printJson(declared);
  else printLine(stringify(declared).trimEnd());
}

/** Sizes are text in JSON: they do not fit a double. */
function countNetworks(name: string, json: boolean): void {
  const { dimensions, points, networks, interval } = countSpace(readSpace(name));
  if (json)
    return printJson({
      dimensions,
      size: `${points}`,
      exact: interval === undefined,
      ...(interval && { ...interval, low: `${interval.low}`, high: `${interval.high}` }),
      ...(networks !== undefined && { networks: `${networks}` }),
    });
  if (interval === undefined) printLine(`${dimensions} free dimensions, ${points} points (${about(points)})`);
  else
    printLine(
      `${dimensions} free dimensions, about ${about(points)} points: an estimate from ${interval.draws} draws, ${100 * interval.confidence} % interval ${about(interval.low)} to ${about(interval.high)}`,
    );
  if (networks !== undefined)
    printLine(`${networks} distinct networks (${about(networks)}), widths made to fit their groups`);
}

/** `8.2e+11` */
function about(count: bigint): string {
  return Number(count).toExponential(1);
}

function showDifference(before: string, after: string, json: boolean): void {
  const changes = compareSpaces(readSpace(before), readSpace(after));
  if (json) return changes.forEach(printJson);
  if (changes.length === 0) return printLine('the two spaces differ in nothing but their names');
  printTable(
    ['part', before, after],
    changes.map((change) => [change.part, words(change.before), words(change.after)]),
  );
}

function words(value: unknown): string {
  return value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
}

function sample(name: string, options: SampleOptions): void {
  if (options.json && options.format !== 'ndjson')
    throw new UsageError(
      `--json and --format ${options.format} contradict each other; leave one of them out`,
    );
  const window: Window = {
    ...(options.flops && { flops: options.flops }),
    ...(options.params && { params: options.params }),
    ...(options.activations && { activations: options.activations }),
  };
  const { networks, drawn, accepted } = sampleNetworks(readSpace(name), {
    count: options.count,
    seed: options.seed,
    input: inputShapeOf(options),
    window,
  });
  say(`${accepted} of ${drawn} draws accepted (${((100 * accepted) / drawn).toPrecision(3)} %)`);
  if (options.format === 'table') return printSampled(networks);
  for (const { network } of networks) printLine(formatAs(options.format, network));
}

function formatAs(format: 'ndjson' | 'yaml' | 'pycls', network: Network): string {
  if (format === 'ndjson') return formatNetwork(network);
  if (format === 'pycls') return `---\n${formatPyclsConfig(network)}`;
  return `---\n${stringify(JSON.parse(formatNetwork(network)) as unknown).trimEnd()}`;
}

/** Where pycls wants a real number, its loader takes no whole one: a ratio of 1 is written 1.0. */
function formatPyclsConfig(network: Network): string {
  return stringify(toPyclsConfig(network))
    .trimEnd()
    .replace(/^( +SE_R: \d+)$/m, '$1.0');
}

function printSampled(networks: readonly SampledNetwork[]): void {
  printTable(
    ['depths', 'widths', 'bottleneck ratios', 'group widths', 'flops', 'params', 'activations'],
    networks.map(({ network, complexity }) => [
      perStage(network, 'depth'),
      perStage(network, 'width'),
      perStage(network, 'bottleneckRatio'),
      perStage(network, 'groupWidth'),
      formatQuantity(complexity.flops),
      formatQuantity(complexity.params),
      formatQuantity(complexity.activations),
    ]),
  );
}

type StageKey = 'depth' | 'width' | 'bottleneckRatio' | 'groupWidth';

/** `1/2/7/12`. */
function perStage(network: Network, key: StageKey): string {
  return network.stages.map((stage) => stage[key]).join('/');
}

function check(name: string, file: string, json: boolean): void {
  const space = readSpace(name);
  const membership = membershipOf(space);
  readNetworks(file).forEach((network, i) => {
    const result = membership(network);
    if (json) return printJson(result);
    const label = network.name ?? `network ${i + 1}`;
    if (result.member) return printLine(`${label}: a member of ${space.name}`);
    printLine(`${label}: not a member of ${space.name}`);
    for (const { rule, message } of result.violations) printLine(`  ${rule}: ${message}`);
  });
}
