/** The dimensions of a space: which it needs, and which values each of them may have. */
import { adjustStage } from '@netspace/network/compatibility';
import type { BlockKind } from '@netspace/network/network';
import {
  discretize,
  DistributionError,
  type Discrete,
  type Distribution,
} from '@netspace/stats/distribution';
import type { DimensionName } from './declaration.ts';
import type { Fail } from './source.ts';

export type Dimensions = Readonly<Partial<Record<DimensionName, Distribution>>>;

export type Generator = 'anynet' | 'regnet';

interface Limits {
  readonly low: number;
  readonly high: number;
  /** Values are multiples of it; 0 for any. */
  readonly multiple: number;
}

/** Widths and group widths end where nobody's memory reaches. */
const allowedValues: Readonly<Record<DimensionName, Limits>> = {
  depth: { low: 1, high: 1000, multiple: 1 },
  width: { low: 1, high: 65_536, multiple: 1 },
  bottleneckRatio: { low: 0.01, high: 100, multiple: 0 },
  groupWidth: { low: 1, high: 65_536, multiple: 1 },
  groups: { low: 1, high: 65_536, multiple: 1 },
  initialWidth: { low: 8, high: 65_536, multiple: 8 },
  widthSlope: { low: 0, high: 65_536, multiple: 0 },
  widthMultiplier: { low: 1.000_001, high: 100, multiple: 0 },
};

const needed: Readonly<Record<Generator, readonly DimensionName[]>> = {
  anynet: ['depth', 'width'],
  regnet: ['depth', 'initialWidth', 'widthSlope', 'widthMultiplier'],
};

/** Blocks that bottleneck ratio and group width mean something to. */
export function hasGroups(block: BlockKind): boolean {
  return block === 'bottleneck' || block === 'linear-bottleneck';
}

/** The dimensions that a generator draws for a kind of block, needed ones first. */
export function dimensionsOf(generator: Generator, block: BlockKind): readonly DimensionName[] {
  return [
    ...needed[generator],
    ...(hasGroups(block) ? (['bottleneckRatio', 'groupWidth', 'groups'] as const) : []),
  ];
}

/** The values of a dimension; one that a space does not have is 1. */
export function valuesOf(dimensions: Dimensions, name: DimensionName): Discrete {
  return discretize(dimensions[name] ?? { kind: 'choice', values: [1] });
}

/** Throws for a dimension that is missing, empty, or has values out of reach. */
export function checkDimensions(dimensions: Dimensions, generator: Generator, fail: Fail): void {
  for (const name of needed[generator])
    if (!dimensions[name])
      throw fail(['dimensions'], `${name} is missing; ${generator} draws ${needed[generator].join(', ')}`);
  for (const name of Object.keys(dimensions) as DimensionName[]) checkValues(dimensions, name, fail);
}

function checkValues(dimensions: Dimensions, name: DimensionName, fail: Fail): void {
  const { low, high, multiple } = allowedValues[name];
  for (const value of tryValues(dimensions, name, fail).values) {
    if (value >= low && value <= high && (multiple === 0 || value % multiple === 0)) continue;
    const kind =
      multiple === 0 ? 'a number' : multiple === 1 ? 'a whole number' : `a multiple of ${multiple}`;
    throw fail(['dimensions', name], `${value} is not allowed; it must be ${kind} from ${low} to ${high}`);
  }
}

function tryValues(dimensions: Dimensions, name: DimensionName, fail: Fail): Discrete {
  try {
    return valuesOf(dimensions, name);
  } catch (error) {
    if (error instanceof DistributionError) throw fail(['dimensions', name], error.message);
    throw error;
  }
}

/** Throws for a width that comes out as itself with no bottleneck ratio and group width of the space. */
export function checkWidthsFit(dimensions: Dimensions, fail: Fail): void {
  if (dimensions.groups || !dimensions.groupWidth) return;
  const groupWidths = valuesOf(dimensions, 'groupWidth').values;
  const ratios = valuesOf(dimensions, 'bottleneckRatio').values;
  for (const width of valuesOf(dimensions, 'width').values) {
    const fits = groupWidths.flatMap((groupWidth) =>
      ratios.map((bottleneckRatio) => adjustStage({ width, bottleneckRatio, groupWidth }).width),
    );
    if (fits.includes(width)) continue;
    const nearest = [...new Set(fits)]
      .toSorted((a, b) => Math.abs(a - width) - Math.abs(b - width))
      .slice(0, 2);
    throw fail(
      ['dimensions', 'width'],
      `no group width (${list(groupWidths)}) divides the inner width of width ${width}; use ${nearest.join(' or ')}, or allow other group widths`,
    );
  }
}

/** The first few values. */
export function list(values: readonly number[]): string {
  if (values.length <= 8) return values.join(', ');
  return `${values.slice(0, 3).join(', ')}, …, ${values.at(-1) ?? ''}`;
}
