/** A plan: which networks of which spaces are trained how, and on what. Written in YAML; a mistake is reported with its place. */
import { listDatasets } from '@netspace/data/load';
import { readReference } from '@netspace/data/reference';
import { parseNetwork } from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { findModel } from '@netspace/network/zoo';
import { parseRange } from '@netspace/network/quantity';
import { nearest } from '@netspace/network/suggestion';
import { findSpace } from '@netspace/space/builtin';
import type { Window } from '@netspace/space/window';
import { parseSpace, readSpace, type Space } from '@netspace/space/space';
import { completeRecipe } from '@netspace/train/recipe';
import type { z } from 'zod';
import type { SweepPlan } from './plan-hash.ts';
import { allowedKeys, planSchema } from './plan-schema.ts';
import {
  firstValues,
  isDimension,
  readDimension,
  type OwnDimension,
  type RecipeDimensions,
} from './recipe-dimensions.ts';
import { PlanError, PlanSource, type Path } from './plan-source.ts';

export interface Plan {
  readonly name: string;
  /** The file it was read from, for messages. */
  readonly source: string;
  /** What determines results. */
  readonly sweep: SweepPlan;
  /** The spaces of `sweep.spaces`, ready to sample from; undefined where networks are written down. */
  readonly spaces: readonly (Space | undefined)[];
  /** Where each of them stands in the plan: "plan.yaml:4:5". */
  readonly places: readonly string[];
  /** Where its recipe stands. */
  readonly recipePlace: string;
  /** Dimensions of the recipe that a program draws, by their names. */
  readonly ownDimensions?: Readonly<Record<string, OwnDimension>>;
}

type Written = z.infer<typeof planSchema>;
type WrittenShare = Written['spaces'][number];

/** Reads a plan; throws a PlanError with file, line, column, what is allowed and, for a misspelt key, the right one. */
export function parsePlan(text: string, source: string): Plan {
  const yaml = new PlanSource(text, source);
  const { written, dimensions } = takeDimensions(yaml, spellOut(yaml.value));
  const parsed = planSchema.safeParse(written);
  if (!parsed.success) throw describeIssue(yaml, chooseIssue(parsed.error.issues));
  const plan = parsed.data;
  checkNames(yaml, plan);
  return {
    name: plan.name,
    source,
    sweep: {
      seed: plan.seed,
      spaces: plan.spaces.map((each, i) => readShare(yaml, plan, each, i)),
      data: readData(yaml, plan),
      recipe: at(yaml, ['recipe'], () => completeRecipe(plan.recipe)),
      ...(dimensions && { recipeDimensions: dimensions }),
      ...(plan.earlyStopping && { earlyStopping: plan.earlyStopping }),
      threads: plan.workers.threads,
    },
    spaces: plan.spaces.map(({ space }, i) =>
      space === undefined ? undefined : readSpaceAt(yaml, ['spaces', i, 'space'], space),
    ),
    places: plan.spaces.map((_, i) => yaml.locate(['spaces', i])),
    recipePlace: yaml.locate(['recipe']),
  };
}

/** A space with its number of networks, or networks that are written down: never a bit of both. */
function readShare(
  yaml: PlanSource,
  plan: Written,
  share: WrittenShare,
  i: number,
): SweepPlan['spaces'][number] {
  const { space = null, networks, members, seeds = 1, window } = share;
  const path = ['spaces', i];
  checkShare(yaml, path, share);
  const name = nameOf(share, i);
  if (members) {
    const read = members.map((member, k) => readMember(yaml, [...path, 'members', k], member));
    return { name, space: null, networks: read.length, window: {}, members: read, seeds };
  }
  const from = window ? [...path, 'window'] : ['window'];
  return { name, space, networks: networks ?? 0, window: readWindow(yaml, from, window ?? plan.window) };
}

function checkShare(yaml: PlanSource, path: Path, share: WrittenShare): void {
  const { members, seeds } = share;
  const missing = (['space', 'networks'] as const).find((key) => share[key] === undefined);
  const extra = (['space', 'networks', 'window'] as const).find((key) => share[key] !== undefined);
  if (!members && missing)
    throw yaml.error(
      path,
      `${missing} is missing; it must be ${missing === 'space' ? 'the name of a space (see "netspace space list"), or a space written here' : 'a whole number of networks, at least 1'}`,
    );
  if (members && extra)
    throw yaml.error(path, `${extra} belongs to a space that is sampled; leave it out beside members`, extra);
  if (members && share.name === undefined)
    throw yaml.error(path, 'name is missing; it must be a name for the trials of these networks');
  if (!members && seeds !== undefined)
    throw yaml.error(
      path,
      'seeds belongs to members: each sampled network is trained once; leave it out',
      'seeds',
    );
}

/** A published model by its name, or the network that is written here. */
function readMember(yaml: PlanSource, path: Path, member: unknown): Network {
  return at(yaml, path, () => {
    if (typeof member !== 'string') return parseNetwork(member, 'this network');
    const { name, network } = findModel(member);
    return { name, ...network };
  });
}

/** A builtin by its name, or the space that is written here. */
function readSpaceAt(yaml: PlanSource, path: Path, space: NonNullable<WrittenShare['space']>): Space {
  if (typeof space === 'string') return at(yaml, path, () => findSpace(space));
  const text = yaml.isolate(path);
  return at(yaml, path, (where) =>
    text === undefined ? readSpace(space, where) : parseSpace(text, yaml.name),
  );
}

/** A name alone stands for the data set, or the recipe, of that name. */
function spellOut(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { data, recipe } = value as { data?: unknown; recipe?: unknown };
  return {
    ...value,
    ...(typeof data === 'string' && { data: { name: data } }),
    ...(typeof recipe === 'string' && { recipe: { extends: recipe } }),
  };
}

/** Reads the keys of the recipe that are drawn, and puts one value of each in their place. */
function takeDimensions(
  yaml: PlanSource,
  value: unknown,
): { readonly written: unknown; readonly dimensions?: RecipeDimensions } {
  const recipe: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'recipe') : undefined;
  if (typeof recipe !== 'object' || recipe === null) return { written: value };
  const drawn = Object.entries(recipe).filter(([key, each]) => isDimension(key, each));
  if (drawn.length === 0) return { written: value };
  const read = ([key, each]: [string, unknown]) => [
    key,
    readDimension(key, each, (message) => yaml.error(['recipe', key], message)),
  ];
  const dimensions: RecipeDimensions = Object.fromEntries(drawn.map(read));
  return {
    written: { ...(value as object), recipe: { ...recipe, ...firstValues(dimensions) } },
    dimensions,
  };
}

/** A misspelt key comes first: the right one is then missing, which says less. */
function chooseIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  return issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0];
}

function describeIssue(yaml: PlanSource, issue: z.core.$ZodIssue | undefined): Error {
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue?.code === 'unrecognized_keys') return describeUnknownKey(yaml, path, issue.keys[0] ?? '');
  const value = valueAt(yaml.value, path);
  const allowed = describeAllowed(issue);
  if (path.length > 0 && value === undefined)
    return yaml.error(path.slice(0, -1), `${path.at(-1)} is missing; it ${allowed}`);
  return yaml.error(path, `${allowed}; it is ${JSON.stringify(value)?.slice(0, 60) ?? 'empty'}`);
}

/** Our schemas say what is allowed in words of their own; a recipe's are those of zod. */
function describeAllowed(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_value') return `must be ${issue.values.map(String).join(', ')}`;
  const message = issue?.message ?? 'must be a plan';
  return message
    .replace(/^(Invalid input|Too small|Too big): expected /, 'must be a ')
    .replace(/^must be a (?=[aeiou])/, 'must be an ')
    .replace(' to be ', ' ');
}

function describeUnknownKey(yaml: PlanSource, path: Path, key: string): Error {
  const allowed = allowedKeys(path);
  const right = nearest(key, allowed);
  const hint = right === undefined ? '' : `; did you mean "${right}"?`;
  return yaml.error(path, `unknown key "${key}"${hint} Allowed here: ${allowed.join(', ')}`, key);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}

function nameOf(entry: WrittenShare, index: number): string {
  if (entry.name !== undefined) return entry.name;
  if (typeof entry.space === 'string') return entry.space;
  return typeof entry.space?.['name'] === 'string' ? entry.space['name'] : `space-${index + 1}`;
}

/** Trials are told apart by their space's name, and each name has its own stream of random numbers. */
function checkNames(yaml: PlanSource, plan: Written): void {
  const names = plan.spaces.map(nameOf);
  for (const [i, name] of names.entries())
    if (names.indexOf(name) < i)
      throw yaml.error(
        ['spaces', i],
        `"${name}" is listed twice; give one of the two another name, as name: ${name}-2`,
      );
}

function readWindow(yaml: PlanSource, path: Path, window: Written['window'] = {}): Window {
  const read = (key: keyof NonNullable<Written['window']>) => {
    const range = window[key];
    if (range === undefined) return {};
    const text = typeof range === 'string' ? range : `${range.low}:${range.high}`;
    return { [key]: at(yaml, [...path, key], () => parseRange(text)) };
  };
  return { ...read('flops'), ...read('params'), ...read('activations') };
}

function readData(yaml: PlanSource, { seed, data }: Written): SweepPlan['data'] {
  try {
    readReference(data.name);
  } catch (error) {
    const right = nearest(
      data.name,
      listDatasets().map((each) => each.name),
    );
    const hint = right === undefined ? '' : `; did you mean "${right}"?`;
    throw yaml.error(['data', 'name'], `${error instanceof Error ? error.message : String(error)}${hint}`);
  }
  const { name, validationShare, limit, copies } = data;
  const choices = { ...(limit !== undefined && { limit }), ...(copies && { copies }) };
  return { name, validationShare, seed: `${seed}/data`, ...choices };
}

/** Runs a reader of another package, and puts the place in front of its errors where they know none. */
function at<T>(yaml: PlanSource, path: Path, read: (where: string) => T): T {
  const where = yaml.locate(path);
  try {
    return read(where);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith(`${yaml.name}:`)) throw new PlanError(message, { cause: error });
    throw yaml.error(path, message);
  }
}
