/** Sentences about a design space: its size, how its networks are built, its rules. */
import { formatNumber } from '@netspace/analysis/wording';
import type { BlockKind } from '@netspace/network/network';
import { formatQuantity, type Range } from '@netspace/network/quantity';
import type { Rule } from '@netspace/space/rule';
import type { SpaceSize } from '@netspace/space/size';
import type { Space } from '@netspace/space/space';
import { measures, type SampleRequest, type SpaceFacts, type Spread } from './space-facts.ts';

/** A fact in one line or more; `name` is what a line is called in a file. */
export interface Fact {
  readonly term: string;
  readonly lines: readonly { readonly text: string; readonly name?: string }[];
}

/** What is known of a space without sampling it, in the order in which it is read. */
export function spaceFactList({ space, size, dimensions }: SpaceFacts): Fact[] {
  const fixed = dimensions.filter(({ values }) => values.values.length === 1);
  const rules = space.rules.map((rule) => ({ text: withSubscripts(rule.sentence), name: nameRule(rule) }));
  return [
    ...(space.extends === undefined ? [] : [inOneLine('Extends', space.extends)]),
    inOneLine('Networks', describeBuild(space)),
    inOneLine('Free dimensions', `${size.dimensions}`),
    inOneLine('Size', describeSize(size)),
    ...(fixed.length === 0
      ? []
      : [
          inOneLine(
            'Fixed',
            fixed.map(({ title, values }) => `${title} = ${values.values.join()}`).join(', '),
          ),
        ]),
    rules.length === 0 ? inOneLine('Rules', describeFreedom(space)) : { term: 'Rules', lines: rules },
  ];
}

function inOneLine(term: string, text: string): Fact {
  return { term, lines: [{ text }] };
}

/** "1 761 205 026 816 000 000 (1.8 × 10¹⁸) points, 49 145 360 (4.9 × 10⁷) distinct networks"; of an estimate its interval. */
function describeSize({ points, networks, interval }: SpaceSize): string {
  if (interval !== undefined) {
    const { low, high, confidence } = interval;
    const sure = `${formatNumber(100 * confidence)}\u00a0% sure of ${aboutCount(low)} to ${aboutCount(high)}`;
    return `about ${aboutCount(points)} points: an estimate, ${sure}`;
  }
  const distinct = networks === undefined ? '' : `, ${exactCount(networks, 'distinct network')}`;
  return `${exactCount(points, 'point')}${distinct}`;
}

/** From a million on with the power of ten that it is about. */
function exactCount(count: bigint, noun: string): string {
  const about = count < million ? '' : ` (${aboutCount(count)})`;
  return `${inThrees(count)}${about} ${noun}${count === 1n ? '' : 's'}`;
}

const million = 1_000_000n;

/** "512 000", "1.8 × 10¹⁸". */
export function aboutCount(count: bigint): string {
  if (count < million) return inThrees(count);
  const [mantissa = '', exponent = ''] = Number(count).toExponential(1).split('e+');
  const raised = [...exponent].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
  return `${mantissa}\u00a0×\u00a010${raised}`;
}

function inThrees(count: bigint): string {
  return count.toString().replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}

const blockWords: Readonly<Record<BlockKind, string>> = {
  bottleneck: 'bottleneck blocks (X)',
  'linear-bottleneck': 'linear bottleneck blocks (Z)',
  basic: 'basic blocks (two 3×3 and a shortcut)',
  vanilla: 'vanilla blocks (two 3×3)',
  single: 'single 3×3 blocks (V)',
  'single-residual': 'single 3×3 blocks with a shortcut (VR)',
};

const stemWords = {
  simple: '3×3 at stride 2',
  cifar: '3×3 at stride 1',
  imagenet: '7×7 at stride 2 and max-pool',
};

/** What all networks of the space have in common. */
function describeBuild(space: Space): string {
  const { stages, block, seRatio, stem, strides, head, activation } = space;
  const count = stages.low === stages.high ? `${stages.high}` : `${stages.low} to ${stages.high}`;
  const body = `${count} ${stages.high === 1 ? 'stage' : 'stages'} of ${blockWords[block]}`;
  const stride = typeof strides === 'number' ? `stride ${strides}` : `strides ${strides.join(', ')}`;
  return [
    `${body}, ${stride}`,
    ...(seRatio > 0 ? [`squeeze-and-excitation of ratio ${seRatio}`] : []),
    `stem ${stemWords[stem.kind]}, ${stem.width} channels`,
    ...(head.width > 0 ? [`head convolution of ${head.width} channels`] : []),
    ...(activation === 'relu' ? [] : ['SiLU']),
  ].join('; ');
}

/** "shared-depth", "fit-error-at-most 0.1". */
function nameRule({ name, limit }: Rule): string {
  return limit === undefined ? name : `${name} ${limit}`;
}

/** What there is in place of rules. */
function describeFreedom({ generator }: Space): string {
  return generator === 'regnet'
    ? 'none; the generator makes widths that increase'
    : 'none; every stage is free';
}

/** Subscripts as they are printed: w_{i+1} becomes wᵢ₊₁, b_i becomes bᵢ. */
export function withSubscripts(sentence: string): string {
  return sentence.replaceAll(
    /(?<=\b[a-z])_(?:\{([i\d+]+)\}|([i\d]))/g,
    (_match, many?: string, one?: string) =>
      [...(many ?? one ?? '')].map((letter) => subscripts[letter] ?? letter).join(''),
  );
}

const subscripts: Readonly<Record<string, string>> = Object.fromEntries(
  [...'₀₁₂₃₄₅₆₇₈₉₊ᵢ'].map((subscript, i) => ['0123456789+i'[i], subscript]),
);

/** "Median 1.2G, 90 % from 80M to 14G". */
export function describeSpread({ low, median, high, least, greatest }: Spread): string {
  if (least === greatest) return `All ${formatNumber(median)}`;
  return `Median ${formatNumber(median)}, 90\u00a0% from ${formatNumber(low)} to ${formatNumber(high)}`;
}

/** How the sample was drawn: "500 networks of 5530 draws (9.0 %)"; and that there were no more, where fewer came. */
export function describeSample({ sample }: SpaceFacts, asked: number): string {
  const { accepted, drawn, acceptance } = sample;
  const share = `${Number((100 * acceptance).toPrecision(2))}\u00a0%`;
  const count = `${accepted} ${accepted === 1 ? 'network' : 'networks'}`;
  return accepted < asked
    ? `${count}, all that could be found of the ${asked} asked for`
    : `${count} out of ${drawn} draws (${share})`;
}

/** What the charts of several spaces show. */
export const explainComparison =
  'The share of each space’s sampled networks with at most so many flops, parameters and activations.';

/** What the charts of the dimensions show. */
export function explainDimensions({ dimensions, space }: SpaceFacts): string {
  if (dimensions.every(({ values }) => values.values.length === 1))
    return 'Nothing: every dimension has one value.';
  const before = space.rules.length > 0 ? ', before the rules make their choice' : '';
  return `The probability of each value as it is declared${before}.`;
}

/** How the stairs of block widths are read. */
export function explainBlocks({ generator }: Space): string {
  const stairs = 'Each step is a stage: as long as it has blocks, as high as these have channels.';
  return generator === 'regnet'
    ? `${stairs} The line is uⱼ = w₀ + wₐ·j, from which the widths were quantized.`
    : stairs;
}

/** "seed 1, complexity at 224 × 224 pixels, 3 channels, 1000 classes, networks of 360M to 400M flops". */
export function describeRequest({ seed, input, window }: SampleRequest): string {
  const { resolution, channels, classes } = input;
  const limits = measures.flatMap((measure) => {
    const range = window[measure];
    return range === undefined ? [] : [`${describeRange(range)} ${measure}`];
  });
  return [
    `seed ${seed}`,
    `complexity at ${resolution} × ${resolution} pixels, ${channels} ${channels === 1 ? 'channel' : 'channels'}, ${classes} ${classes === 1 ? 'class' : 'classes'}`,
    ...(limits.length === 0 ? [] : [`only networks of ${limits.join(', ')}`]),
  ].join('; ');
}

function describeRange({ low, high }: Range): string {
  if (high === Infinity) return `at least ${formatQuantity(low)}`;
  return low === 0 ? `at most ${formatQuantity(high)}` : `${formatQuantity(low)} to ${formatQuantity(high)}`;
}
