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
import { formOf, rules as knownRules, type Rule } from './rule.ts';
import { failIn, readYaml, type Fail } from './source.ts';

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

/** The space as a declaration with nothing left to inherit; reading it gives an equal space. */
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
    rules: space.rules.map(({ name: rule, sentence: words }) =>
      words === knownRules[rule].sentence ? rule : { rule, sentence: words },
    ),
  };
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
    rules: mergeRules(lineage),
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
  const index = rules.findIndex((rule) => {
    const form = formOf(rule);
    return form.dimension === 'width' && (form.form === 'shared' || form.direction === 'down');
  });
  const rule = rules[index];
  if (rule && stages.high > 1)
    throw fail(
      ['rules'],
      `${rule.name} contradicts the generator: the widths of a regnet increase; use anynet`,
    );
}
