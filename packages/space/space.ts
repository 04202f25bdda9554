/** A design space: what is drawn, from which distributions, under which rules, and what turns a draw into a network. */
import type { ActivationKind, BlockKind, Head, Stem } from '@netspace/network/network';
import { checkDeclaration, type SpaceDeclaration } from './declaration.ts';
import {
  checkDimensions,
  checkWidthsFit,
  dimensionsOf,
  hasGroups,
  valuesOf,
  type Dimensions,
  type Generator,
} from './dimensions.ts';
import { lineageOf, mergeDimensions, mergeRules } from './inheritance.ts';
import { findRule, formOf, slopeIsInitialWidth, type Broken, type Rule, type RuleName } from './rule.ts';
import { failIn, readYaml, SpaceError, type Fail } from './source.ts';

export interface Space {
  readonly name: string;
  /** What it is, in one sentence. */
  readonly sentence: string;
  /** The built-in space that it narrows or changes. */
  readonly extends?: string;
  /** anynet: each stage is drawn; regnet: widths and depths come from (d, w0, wa, wm). */
  readonly generator: Generator;
  /** Numbers of stages that a network may have, 1 to 8; anynet has one number. */
  readonly stages: { readonly low: number; readonly high: number };
  readonly stem: Stem;
  /** Stride of each stage's first block: one for all stages, or one a stage. */
  readonly strides: number | readonly number[];
  readonly block: BlockKind;
  readonly seRatio: number;
  readonly head: Head;
  readonly activation: ActivationKind;
  readonly dimensions: Dimensions;
  readonly rules: readonly Rule[];
}

/** Reads a space declared in YAML or JSON; throws a SpaceError with file, line, column and what is allowed. */
export function parseSpace(text: string, source: string): Space {
  const { value, fail } = readYaml(text, source);
  return resolveSpace(checkDeclaration(value, fail), fail);
}

/** The same for a value that was parsed before, as a part of a plan; `where` is its place for errors. */
export function readSpace(value: unknown, where: string): Space {
  const fail = failIn(where);
  return resolveSpace(checkDeclaration(value, fail), fail);
}

/** The space with one more rule, of one's own: `broken` says why a network breaks it, and nothing where it obeys. */
export function narrowSpace(
  space: Space,
  rule: { readonly name: string; readonly sentence: string; readonly broken: Broken },
): Space {
  if (findRule(rule.name) || space.rules.some(({ name }) => name === rule.name))
    throw new SpaceError(`there is a rule ${rule.name} already; give yours another name`);
  return { ...space, rules: [...space.rules, rule] };
}

/** The space as a declaration with nothing left to inherit; reading it gives an equal space, unless it has rules of one's own. */
export function formatSpace(space: Space): SpaceDeclaration {
  const { name, sentence, generator, stages, stem, strides, block, seRatio, head, activation } = space;
  return {
    name,
    sentence,
    ...(space.extends !== undefined && { extends: space.extends }),
    generator,
    stages: stages.low === stages.high ? stages.low : stages,
    stem,
    strides: strides as SpaceDeclaration['strides'],
    block,
    seRatio,
    head,
    activation,
    dimensions: space.dimensions as SpaceDeclaration['dimensions'],
    rules: space.rules.map(formatRule),
  };
}

function formatRule({ name, sentence, limit }: Rule): NonNullable<SpaceDeclaration['rules']>[number] {
  const rule = name as RuleName;
  const own = sentence === findRule(name)?.sentence ? {} : { sentence };
  if (limit !== undefined) return { rule, limit, ...own };
  return 'sentence' in own ? { rule, ...own } : rule;
}

const defaults = {
  stages: 4,
  stem: { kind: 'simple', width: 32 },
  strides: 2,
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
} as const;

function resolveSpace(declaration: SpaceDeclaration, fail: Fail): Space {
  const lineage = lineageOf(declaration, fail);
  const merged: SpaceDeclaration = Object.assign({}, defaults, ...lineage);
  const generator = merged.generator;
  if (!generator) throw fail([], 'generator is missing; it is anynet or regnet, or inherited by extends');
  const block = merged.block ?? defaults.block;
  const stages = stagesOf(merged.stages ?? defaults.stages, generator, fail);
  const dimensions = mergeDimensions(lineage, dimensionsOf(generator, block), fail);
  const space: Space = {
    name: merged.name ?? 'space',
    sentence: merged.sentence ?? `A space of ${generator} networks.`,
    ...(declaration.extends !== undefined && { extends: declaration.extends }),
    generator,
    stages,
    stem: merged.stem ?? defaults.stem,
    strides: merged.strides ?? defaults.strides,
    block,
    seRatio: merged.seRatio ?? defaults.seRatio,
    head: merged.head ?? defaults.head,
    activation: merged.activation ?? defaults.activation,
    dimensions,
    rules: mergeRules(lineage, fail),
  };
  checkSpace(space, fail);
  return space;
}

function stagesOf(
  stages: number | { low: number; high: number },
  generator: Generator,
  fail: Fail,
): Space['stages'] {
  const range = typeof stages === 'number' ? { low: stages, high: stages } : stages;
  if (range.low > range.high) throw fail(['stages'], `${range.low} is above ${range.high}`);
  if (generator === 'anynet' && range.low < range.high)
    throw fail(['stages'], 'anynet has one number of stages; a range is for regnet');
  return range;
}

/** What no schema can see: parts that do not go together. */
function checkSpace(space: Space, fail: Fail): void {
  const { generator, stages, strides, dimensions, block } = space;
  checkDimensions(dimensions, generator, fail);
  if (typeof strides !== 'number' && strides.length < stages.high)
    throw fail(
      ['strides'],
      `${strides.length} strides for ${stages.high} stages; write one for each stage, or one for all`,
    );
  if (typeof strides !== 'number' && strides.length > stages.high)
    throw fail(
      ['strides'],
      `${strides.length} strides, but at most ${stages.high} stages; leave out the last`,
    );
  if (generator === 'anynet' && slopeIsInitialWidth(space.rules))
    throw fail(['rules'], 'slope-is-initial-width is about the line of a regnet; an anynet has none');
  if (generator === 'anynet' && hasGroups(block)) checkWidthsFit(dimensions, fail);
  if (generator === 'regnet') checkRegNet(space, fail);
}

/** The widths of a RegNet increase, and each of its stages takes a block. */
function checkRegNet({ stages, dimensions, rules }: Space, fail: Fail): void {
  const deepest = valuesOf(dimensions, 'depth').values.at(-1) ?? 0;
  if (deepest < stages.low)
    throw fail(
      ['dimensions', 'depth'],
      `${deepest} blocks cannot make ${stages.low} stages; allow at least ${stages.low}`,
    );
  checkStagesCanBe(stages, dimensions, fail);
  const index = rules.findIndex((rule) => {
    const form = formOf(rule);
    if (form.form !== 'shared' && form.form !== 'order') return false;
    return form.dimension === 'width' && (form.form === 'shared' || form.direction === 'down');
  });
  const rule = rules[index];
  if (rule && stages.high > 1)
    throw fail(
      ['rules'],
      `${rule.name} contradicts the generator: the widths of a regnet increase; use anynet`,
    );
}

/** Whether the last block can be at the level of the last stage: the flattest and the steepest of all lines tell. */
function checkStagesCanBe({ low, high }: Space['stages'], dimensions: Dimensions, fail: Fail): void {
  const of = (name: keyof Dimensions): readonly [number, number] => {
    const { values } = valuesOf(dimensions, name);
    return [values[0] ?? NaN, values.at(-1) ?? NaN];
  };
  const [shallowest, deepest] = of('depth');
  const [narrowest, widest] = of('initialWidth');
  const [flattest, steepest] = of('widthSlope');
  const [least, most] = of('widthMultiplier');
  const [rise, fall] = [
    1 + (steepest * (deepest - 1)) / narrowest,
    1 + (flattest * (shallowest - 1)) / widest,
  ];
  const what = `no network has ${low === high ? low : `${low} to ${high}`} ${high === 1 ? 'stage' : 'stages'}`;
  // Stage n is reached from a ratio of wm^(n - 3/2) of last to first linear width on, and left at wm^(n - 1/2).
  if (low > 1 && rise < least ** (low - 1.5) * (1 - 1e-9))
    throw fail(
      ['dimensions', 'widthSlope'],
      `${what}: the widths rise too little; allow steeper slopes, more blocks or a lesser widthMultiplier`,
    );
  if (fall > most ** (high - 0.5) * (1 + 1e-9))
    throw fail(
      ['dimensions', 'widthSlope'],
      `${what}: the widths rise too much; allow flatter slopes, fewer blocks or a larger widthMultiplier`,
    );
}
