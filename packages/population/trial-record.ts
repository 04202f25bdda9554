/** Turns a record of unknown origin into a trial, or says what is wrong with it. */
import { type Complexity, countComplexity } from '@netspace/network/complexity';
import { parseNetwork } from '@netspace/network/interchange';
import type { InputShape, Network } from '@netspace/network/network';
import { suggest } from '@netspace/network/suggestion';
import { z } from 'zod';
import type { ColumnRule } from './column-map.ts';
import { PopulationError } from './population-error.ts';
import type { EpochRecord, Trial, TrialStatus } from './trial.ts';

export interface ReadOptions {
  /** What missing complexities are counted for; 224 px, 3 channels, 1000 classes when left out. */
  readonly input?: InputShape;
  /** The space of trials whose source names none. */
  readonly space?: string;
  /** What columns of a table from elsewhere are. */
  readonly columns?: readonly ColumnRule[];
  /** The headline error of logs that have several: of the last epoch when left out. */
  readonly errorKey?: ErrorKey;
  /** Takes what is wrong with a trial, which is then left out; without it the first wrong one is thrown. */
  readonly onBroken?: (error: PopulationError) => void;
}

/** As pycls names them: of the last epoch or the least of all, of the weights or of their moving average. */
export const errorKeys = ['top1_err', 'min_top1_err', 'ema_top1_err', 'ema_min_top1_err'] as const;
export type ErrorKey = (typeof errorKeys)[number];

/** The trial that is read; undefined where it is broken and `onBroken` takes the reason. */
export function attempt(read: () => Trial, { onBroken }: ReadOptions): Trial | undefined {
  try {
    return read();
  } catch (error) {
    if (onBroken === undefined) throw error;
    onBroken(error instanceof PopulationError ? error : new PopulationError(String(error), { cause: error }));
    return undefined;
  }
}

export const defaultInput: InputShape = { resolution: 224, channels: 3, classes: 1000 };

const statuses = ['planned', 'leased', 'completed', 'diverged', 'failed', 'lost', 'cancelled'] as const;
const number = z.number('must be a number');
const fraction = number.min(0, { error: fractionMessage }).max(1, { error: fractionMessage });
const count = number.int('must be a whole number').min(0, 'must not be negative');

const place = number.int('must be a whole number, counted from 1').min(1, 'is counted from 1');
const optional = { number: number.optional(), fraction: fraction.optional() };

const epochSchema = z.strictObject({
  epoch: place,
  learningRate: optional.number,
  trainLoss: optional.number,
  trainError: optional.fraction,
  validationLoss: optional.number,
  validationError: optional.fraction,
  emaError: optional.fraction,
  seconds: optional.number,
  imagesPerSecond: optional.number,
});

/** The same for numbers, without a report of what is wrong. */
const holds = new Map<unknown, (value: number) => boolean>([
  [place, (value) => Number.isSafeInteger(value) && value >= 1],
  [optional.number, Number.isFinite],
  [optional.fraction, (value) => value >= 0 && value <= 1],
]);
const epochTests = new Map(Object.entries(epochSchema.shape).map(([key, each]) => [key, holds.get(each)]));

/**
 * Whether a curve is as it should be, nothing missing, its epochs in their order: as nearly all are. The schema, which tells what is wrong,
 * takes longer over ten thousand curves than all else that is asked of their trials.
 */
function isPlainCurve(curve: unknown): curve is EpochRecord[] {
  if (!Array.isArray(curve)) return false;
  let before = 0;
  for (const record of curve as unknown[]) {
    if (!isObject(record)) return false;
    const { epoch } = record;
    if (typeof epoch !== 'number' || !(epoch > before)) return false;
    before = epoch;
    for (const key in record) {
      const value = record[key];
      if (typeof value !== 'number' || epochTests.get(key)?.(value) !== true) return false;
    }
  }
  return true;
}

const stopSchema = z.strictObject({
  by: z.enum(['median', 'halving', 'request'], 'must be median, halving or request'),
  epoch: place,
});

const evaluationSchema = z.strictObject({
  bestEpoch: count.optional(),
  topKError: fraction.optional(),
  k: count.optional(),
  calibrationError: fraction.optional(),
  classErrors: z.array(fraction.nullable(), 'must be a list of fractions').optional(),
  confusion: z.array(z.array(count), 'must be a list of rows of counts').optional(),
});

const fitSchema = z.strictObject({
  fitError: number.min(0, 'must not be negative'),
  depth: count,
  initialWidth: number,
  widthSlope: number,
  widthMultiplier: number,
});

const trialSchema = z.strictObject({
  space: z.string('must be a text').min(1, 'must not be empty'),
  network: z.unknown().optional(),
  status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).optional(),
  error: z.unknown().optional(),
  bestError: fraction.optional(),
  stopped: stopSchema.optional(),
  evaluation: evaluationSchema.optional(),
  flops: count.optional(),
  params: count.optional(),
  activations: count.optional(),
  recipe: z
    .record(
      z.string(),
      z.union([z.number(), z.string(), z.boolean()], 'must be a number, a text, true or false'),
    )
    .optional(),
  seed: number.optional(),
  curve: z
    .array(epochSchema, 'must be a list of epochs')
    .refine(hasEachEpochOnce, 'has an epoch twice')
    .optional(),
  reason: z.string('must be a text').optional(),
  generator: z.record(z.string(), number, 'must hold numbers by name').optional(),
  fit: fitSchema.optional(),
  provenance: z.record(z.string(), z.unknown(), 'must be an object').optional(),
});

const trialKeys = Object.keys(trialSchema.shape);
/** Keys inside a key of a trial. */
const innerKeys: Readonly<Record<string, readonly string[]>> = {
  curve: Object.keys(epochSchema.shape),
  stopped: Object.keys(stopSchema.shape),
  evaluation: Object.keys(evaluationSchema.shape),
  fit: Object.keys(fitSchema.shape),
};

function hasEachEpochOnce(curve: readonly { readonly epoch: number }[]): boolean {
  return new Set(curve.map(({ epoch }) => epoch)).size === curve.length;
}

/** The keys of an epoch, in the one order in which they are written. */
export const epochKeys = Object.keys(epochSchema.shape) as (keyof EpochRecord)[];

/** An epoch with its keys in the one order in which they are written. */
export function orderEpoch(record: EpochRecord): EpochRecord {
  const { epoch } = record;
  return { epoch, ...Object.fromEntries(epochKeys.map((key) => [key, record[key]])) };
}

function fractionMessage({ input }: { readonly input?: unknown }): string {
  const percent =
    typeof input === 'number' && input > 1 && input <= 100
      ? '; divide percent by 100 (of a table: --map error=COLUMN%)'
      : '';
  return `is ${String(input)}, but must be a fraction from 0 to 1${percent}`;
}

/**
 * The trial of a record. What is null or not finite counts as missing.
 * An error that is not finite makes a trial diverged (error 1); without error and status it is failed.
 * Complexity is counted where it is missing and the counted one agrees with what is there.
 */
export function toTrial(value: unknown, where: string, options: ReadOptions = {}): Trial {
  const named = isObject(value) && options.space !== undefined ? { space: options.space, ...value } : value;
  const record = parseRecord(named, where);
  if (record.network === undefined)
    throw new PopulationError(
      `${where}: "network" is missing; a trial needs space, network and error (or a status)`,
    );
  const network = parseNetwork(record.network, `${where}: network`);
  const { network: _network, error, status, ...rest } = record;
  const outcome = outcomeOf(error, status, where);
  const complexity = completeComplexity(network, rest, where, options.input ?? defaultInput);
  // Without keys of undefined: dropMissing took those of the epochs away.
  const values = withoutUndefined({ ...rest, ...complexity }) as Partial<Trial>;
  return { ...values, space: record.space, network, ...outcome };
}

function parseRecord(value: unknown, where: string): z.infer<typeof trialSchema> {
  if (!isObject(value))
    throw new PopulationError(
      `${where}: a trial must be an object, as {"space": …, "network": …, "error": …}`,
    );
  const { error, ...others } = value;
  const cleaned = { ...dropMissing(others) };
  const plain = isPlainCurve(cleaned['curve']) ? { curve: cleaned['curve'] } : undefined;
  if (plain) delete cleaned['curve'];
  for (const key of ['recipe', 'generator'])
    if (isObject(cleaned[key])) cleaned[key] = dropMissing(cleaned[key]);
  if (Array.isArray(cleaned['curve']))
    cleaned['curve'] = cleaned['curve'].map((epoch: unknown) =>
      isObject(epoch) ? dropMissing(epoch) : epoch,
    );
  const parsed = trialSchema.safeParse('error' in value ? { ...cleaned, error } : cleaned, {
    reportInput: true,
  });
  if (parsed.success) return plain ? { ...parsed.data, ...plain } : parsed.data;
  throw new PopulationError(`${where}: ${parsed.error.issues.map(describeIssue).join('; ')}`);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => describeKey(key, issue.path)).join('; ');
  const missing = issue.path.length === 1 && issue.input === undefined;
  return `"${path}" ${missing ? 'is missing' : issue.message}`;
}

function describeKey(key: string, path: readonly PropertyKey[]): string {
  const known = innerKeys[String(path[0])] ?? trialKeys;
  return `unknown key "${[...path, key].map(String).join('.')}"${suggest(key, known)}`;
}

function outcomeOf(
  error: unknown,
  status: TrialStatus | undefined,
  where: string,
): { status: TrialStatus; error?: number } {
  if (
    typeof error === 'number' &&
    !Number.isFinite(error) &&
    (status === undefined || status === 'completed')
  )
    return { status: 'diverged', error: 1 };
  if (status === 'diverged') return { status, error: 1 };
  if (error === undefined || error === null || (typeof error === 'number' && !Number.isFinite(error)))
    return withoutError(error, status, where);
  const parsed = fraction.safeParse(error);
  if (!parsed.success)
    throw new PopulationError(`${where}: "error" ${parsed.error.issues[0]?.message ?? 'is wrong'}`);
  return { status: status ?? 'completed', error: parsed.data };
}

function withoutError(
  error: unknown,
  status: TrialStatus | undefined,
  where: string,
): { status: TrialStatus } {
  if (status === 'completed' || (status === undefined && error === undefined))
    throw new PopulationError(
      `${where}: "error" is missing; give the fraction of wrong answers, or a "status" other than completed, as "failed"`,
    );
  return { status: status ?? 'failed' };
}

function completeComplexity(
  network: Network,
  given: { [key in keyof Complexity]?: number | undefined },
  where: string,
  input: InputShape,
): { [key in keyof Complexity]?: number | undefined } {
  const { flops, params, activations } = given;
  const known = { flops, params, activations };
  if (flops !== undefined && params !== undefined && activations !== undefined) return known;
  const counted = countFor(network, where, input);
  const agrees = (['flops', 'params', 'activations'] as const).every(
    (key) => known[key] === undefined || known[key] === counted[key],
  );
  // Other numbers were counted for another input, so ours would not go with them.
  return agrees ? counted : known;
}

function countFor(network: Network, where: string, input: InputShape): Complexity {
  try {
    return countComplexity(network, input);
  } catch (error) {
    throw new PopulationError(
      `${where}: the complexity of its network cannot be counted (${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The record itself where nothing is missing, as in most epochs of long curves. */
function dropMissing(record: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(record).some(isMissing)) return record;
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !isMissing(value)));
}

function isMissing(value: unknown): boolean {
  return value === null || (typeof value === 'number' && !Number.isFinite(value));
}

export type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same without keys whose value is undefined. */
export function withoutUndefined<T extends object>(record: T): Partial<WithoutUndefined<T>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<
    WithoutUndefined<T>
  >;
}
