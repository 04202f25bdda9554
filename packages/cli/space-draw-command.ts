/** The command that draws design spaces: space draw. */
import type { Range } from '@netspace/network/quantity';
import { Option, type Command } from 'commander';
import { extname } from 'node:path';
import { UsageError } from './errors.ts';
import { writeWhole } from './file-output.ts';
import { numberOption, rangeOption, readSpace } from './input.ts';
import { inputShapeOf, withInput, type InputOptions } from './network-commands.ts';
import { printLine } from './output.ts';

interface DrawOptions extends InputOptions {
  readonly output?: string;
  readonly samples: number;
  readonly seed: string;
  readonly flops?: Range;
  readonly params?: Range;
  readonly activations?: Range;
  readonly look: 'light' | 'dark';
}

/** More would not be told apart. */
const mostSpaces = 4;

export function addSpaceDraw(space: Command): void {
  withInput(space.command('draw <spaces...>'))
    .description('a picture of a space, or of up to four with axes in common')
    .option('-o, --output <FILE>', '.svg or .html; SVG on standard output when left out')
    .option(
      '--samples <N>',
      'networks of each space',
      numberOption('samples', { least: 1, most: 20_000, whole: true }),
      500,
    )
    .option('--seed <S>', 'a number or a word', '1')
    .option('--flops <LO:HI>', 'window of multiply-adds', rangeOption('flops'))
    .option('--params <LO:HI>', 'window of parameters', rangeOption('params'))
    .option('--activations <LO:HI>', 'window of activations', rangeOption('activations'))
    .addOption(
      new Option('--look <L>', 'of an SVG; HTML is what its reader’s screen is')
        .choices(['light', 'dark'])
        .default('light'),
    )
    .action(draw);
}

async function draw(references: readonly string[], options: DrawOptions): Promise<void> {
  const form = formOf(options.output);
  if (references.length > mostSpaces)
    throw new UsageError(`${references.length} spaces: a picture holds at most ${mostSpaces}`);
  const { samples, seed, look, flops, params, activations } = options;
  const input = {
    spaces: references.map(readSpace),
    samples,
    seed,
    input: inputShapeOf(options),
    window: { ...(flops && { flops }), ...(params && { params }), ...(activations && { activations }) },
  };
  // Loaded late: the drawing of charts takes half a second to load.
  const { drawSpacesAsPage, drawSpacesAsSvg } = await import('@netspace/report/space-picture');
  const text = form === 'html' ? await drawSpacesAsPage(input) : await drawSpacesAsSvg(input, look);
  if (options.output === undefined || options.output === '-') process.stdout.write(text);
  else printLine(await writeWhole(options.output, text));
}

/** By the file's name. */
function formOf(output: string | undefined): 'svg' | 'html' {
  if (output === undefined || output === '-') {
    if (process.stdout.isTTY === true)
      throw new UsageError(
        'this would fill the terminal with SVG; name a file with -o space.html or -o space.svg',
      );
    return 'svg';
  }
  const extension = extname(output).toLowerCase();
  if (extension === '.svg') return 'svg';
  if (extension === '.html' || extension === '.htm') return 'html';
  throw new UsageError(`-o ${output}: the name of a picture ends in .svg or .html`);
}
