/**
 * Networks of a table from elsewhere: by lists over the stages (`depths` 1/1/4/7 and `widths`, `groupWidths`, `bottleneckRatios`, `strides`)
 * with what else makes them (`network.block`, `network.stem.width`, …), or by a RegNet's generator.
 */
import { generateRegNet } from '@netspace/network/regnet';
import { PopulationError } from './population-error.ts';

/** A column's name, or what --map makes it, and its value. */
export type Entry = readonly [name: string, value: unknown];

/** Columns with a list over the stages, and the stage's key that each gives. */
export const stageLists: Readonly<Record<string, string>> = {
  depths: 'depth',
  widths: 'width',
  groupWidths: 'groupWidth',
  bottleneckRatios: 'bottleneckRatio',
  strides: 'stride',
};

export const networkValues = [
  'network.stem.kind',
  'network.stem.width',
  'network.block',
  'network.seRatio',
  'network.head.width',
  'network.activation',
] as const;

/** The columns that make a RegNet; these of `generator` and a group width are needed. */
export const generatorColumns = [
  'generator.depth',
  'generator.initialWidth',
  'generator.widthSlope',
  'generator.widthMultiplier',
] as const;

/** The network of these columns, still to be checked; undefined where none of them describes one. */
export function networkOf(entries: readonly Entry[], where: string): unknown {
  const lists = entries.filter(([name]) => Object.hasOwn(stageLists, name));
  const rest = restOf(entries);
  if (lists.some(([name]) => name === 'widths')) return { stages: stagesOf(lists, where), ...rest };
  const parameters = generatorColumns.map((column) => entries.find(([name]) => name === column)?.[1]);
  if (parameters.every((value) => typeof value === 'number')) return regNetOf(parameters, lists, rest, where);
  return lists.length > 0 ? { stages: stagesOf(lists, where), ...rest } : undefined;
}

function restOf(entries: readonly Entry[]): Record<string, unknown> {
  const network: Record<string, Record<string, unknown> | unknown> = {};
  for (const [name, value] of entries) {
    if (!(networkValues as readonly string[]).includes(name)) continue;
    const [, outer = '', inner] = name.split('.');
    network[outer] =
      inner === undefined
        ? value
        : { ...(network[outer] as Record<string, unknown> | undefined), [inner]: value };
  }
  return network;
}

function regNetOf(
  [depth = 0, initialWidth = 0, widthSlope = 0, widthMultiplier = 0]: readonly number[],
  lists: readonly Entry[],
  rest: Record<string, unknown>,
  where: string,
): unknown {
  const one = (name: string) => {
    const entry = lists.find(([each]) => each === name);
    return entry && readList(entry, where)[0];
  };
  const groupWidth = one('groupWidths');
  if (groupWidth === undefined)
    throw new PopulationError(
      `${where}: a RegNet of generator parameters needs its group width as well, in a column groupWidths`,
    );
  try {
    const { stages, stem, head } = generateRegNet({
      depth,
      initialWidth,
      widthSlope,
      widthMultiplier,
      groupWidth,
      bottleneckRatio: one('bottleneckRatios') ?? 1,
      stride: one('strides') ?? 2,
    });
    return { stem, head, stages, ...rest };
  } catch (error) {
    throw new PopulationError(
      `${where}: no RegNet has these parameters (${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
}

/** `depths` 1/2/3 with `widths` 16/32/64 are three stages; one value goes for all. */
function stagesOf(lists: readonly Entry[], where: string): unknown[] {
  const read = lists.map((entry) => [entry[0], readList(entry, where)] as const);
  const stages = Math.max(...read.map(([, list]) => list.length));
  const wrong = read.find(
    ([, list]) => list.some(Number.isNaN) || (list.length !== stages && list.length !== 1),
  );
  if (wrong !== undefined)
    throw new PopulationError(
      `${where}: column "${wrong[0]}" must hold ${stages} numbers, as ${Array.from({ length: stages }, (_, i) => i + 1).join('/')}, or one for all stages`,
    );
  return Array.from({ length: stages }, (_, i) =>
    Object.fromEntries(read.map(([name, list]) => [stageLists[name], list[list.length === 1 ? 0 : i]])),
  );
}

/** A list itself, one number, or a text as 1/2/3, 1-2-3, [1, 2, 3]. */
function readList([name, value]: Entry, where: string): number[] {
  if (Array.isArray(value)) return value.map(Number);
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string')
    throw new PopulationError(`${where}: column "${name}" must hold a list of numbers, as 1/2/3`);
  return value
    .replace(/^\s*[[(]|[\])]\s*$/g, '')
    .trim()
    .split(/\s*[/;,|_-]\s*|\s+/)
    .map((word) => (word === '' ? NaN : Number(word)));
}
