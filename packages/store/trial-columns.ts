/** What trials are filtered and ordered by: the columns of `netspace trials --where` and `--sort`. */
import { expressionBuilder, sql, type Expression, type ExpressionBuilder } from 'kysely';
import type { Engine } from './engine.ts';
import type { TrialColumn, ValueKind } from './known-column.ts';
import { widthColumns } from './network-columns.ts';
import { type Tables, unknownNumber } from './tables.ts';

type Build = (engine: Engine) => TrialColumn;
type Trials = ExpressionBuilder<Tables, 'trials'>;

const trials = expressionBuilder<Tables, 'trials'>();

const ofRungs = ['rung', 'waitingAt'] as const;
const ofOutcome = ['error', 'bestError', 'attempt'] as const;
const counted = ['flops', 'params', 'activations', 'seed'] as const;
const ofNetwork = ['depth', 'stages', 'groupWidth', 'bottleneckRatio', 'seRatio', ...widthColumns] as const;
const ofStages = ['depth', 'groupWidth', 'bottleneckRatio'] as const;
/** Of the generator, or of the nearest fit for a network that came without one. */
const ofGenerator = ['initialWidth', 'widthSlope', 'widthMultiplier'] as const;

/** In this order they are numbered in `column-memory.ts`. */
export const statuses = ['planned', 'leased', 'completed', 'diverged', 'failed', 'lost', 'cancelled'];
const blocks = ['bottleneck', 'linear-bottleneck', 'basic', 'vanilla', 'single', 'single-residual'];

const builds = new Map<string, Build>([
  ...ofRungs.map((name): [string, Build] => [name, () => numbers(trials.ref(`trials.${name}`))]),
  ...ofOutcome.map((name): [string, Build] => [
    name,
    () => plain(left(numbers(trials.ref(`trials.${name}`)))),
  ]),
  ['index', () => plain(planned(numbers(trials.ref('trials.position'))))],
  ['cost', () => plain(planned(numbers(trials.ref('trials.cost'))))],
  ['id', () => plain(planned(numbers(trials.ref('trials.id'))))],
  ...counted.map((name): [string, Build] => [
    name,
    () => plain(planned(numbers(sql`nullif(${trials.ref(`trials.${name}`)}, ${sql.lit(unknownNumber)})`))),
  ]),
  ...ofNetwork.map((name): [string, Build] => [
    name,
    () => plain(planned(numbers(trials.ref(`trials.${name}`)))),
  ]),
  ...ofStages.flatMap((key) =>
    widthColumns.map((_, i): [string, Build] => [
      `${key}${i + 1}`,
      (engine) =>
        planned(numbers(engine.expressions.json(trials.ref('trials.network'), ['stages', i, key], 'number'))),
    ]),
  ),
  ...ofGenerator.map((key): [string, Build] => [key, (engine) => left(numbers(generated(engine, key)))]),
  ['fitError', (engine) => left(numbers(jsonNumber(engine, 'fit', ['fitError'])))],
  ['stemWidth', (engine) => planned(numbers(jsonNumber(engine, 'network', ['stem', 'width'])))],
  ['headWidth', (engine) => planned(numbers(jsonNumber(engine, 'network', ['head', 'width'])))],
  ['stoppedAt', (engine) => left(numbers(jsonNumber(engine, 'stopped', ['epoch'])))],
  ['epochs', () => left(numbers(sql`coalesce(${lastEpoch()}, 0)`))],
  ['space', () => plain(planned(texts(trials.ref('trials.space'))))],
  ['status', () => plain(left(texts(trials.ref('trials.status'), statuses)))],
  ['block', () => plain(planned(texts(trials.ref('trials.block'), blocks)))],
  ['stopped', (engine) => left(texts(jsonText(engine, 'stopped', ['by']), ['median', 'halving', 'request']))],
  [
    'stem',
    (engine) =>
      planned(texts(jsonText(engine, 'network', ['stem', 'kind']), ['simple', 'cifar', 'imagenet'])),
  ],
  ['activation', (engine) => planned(texts(jsonText(engine, 'network', ['activation']), ['relu', 'silu']))],
  ['name', (engine) => planned(texts(jsonText(engine, 'network', ['name'])))],
  ['reason', () => left(texts(reason()))],
  ['note', () => texts(sql`nullif(${noted('note')}, '')`)],
  ['tag', () => ({ values: {}, list: noted('tags') })],
]);

/** Names that every sweep knows; beside them stand the keys of its recipes and generators. */
export const columnNames: readonly string[] = [...builds.keys()];

export function builtInColumn(engine: Engine, name: string): TrialColumn | undefined {
  return builds.get(name)?.(engine);
}

/** A key of the recipe or of the generator, whose values may be of any kind. */
export function keyColumn(engine: Engine, of: 'recipe' | 'generator', key: string): TrialColumn {
  const at = (kind: ValueKind) => engine.expressions.json(trials.ref(`trials.${of}`), [key], kind);
  return {
    ...planned({ values: { number: at('number'), text: at('text'), boolean: at('boolean') } }),
    json: engine.expressions.written(trials.ref(`trials.${of}`), [key]),
  };
}

function plain(column: TrialColumn): TrialColumn {
  return { ...column, isPlain: true };
}

/** What a training leaves. */
function left(column: TrialColumn): TrialColumn {
  return { ...column, kept: 'until-leased' };
}

/** What a trial has from its plan. */
function planned(column: TrialColumn): TrialColumn {
  return { ...column, kept: 'for-ever' };
}

function numbers(expression: Expression<unknown>): TrialColumn {
  return { values: { number: expression } };
}

function texts(expression: Expression<unknown>, allowed?: readonly string[]): TrialColumn {
  return { values: { text: expression }, ...(allowed && { allowed }) };
}

type JsonColumn = 'network' | 'fit' | 'stopped' | 'generator';

function jsonNumber(engine: Engine, column: JsonColumn, path: readonly string[]): Expression<unknown> {
  return engine.expressions.json(trials.ref(`trials.${column}`), path, 'number');
}

function jsonText(engine: Engine, column: JsonColumn, path: readonly string[]): Expression<unknown> {
  return engine.expressions.json(trials.ref(`trials.${column}`), path, 'text');
}

function generated(engine: Engine, key: string): Expression<unknown> {
  return sql`coalesce(${jsonNumber(engine, 'generator', [key])}, ${jsonNumber(engine, 'fit', [key])})`;
}

/** That the last attempt came to. */
function lastEpoch(): Expression<unknown> {
  return trials
    .selectFrom('epochs')
    .select((e) => e.fn.max('epochs.epoch').as('epoch'))
    .whereRef('epochs.trialId', '=', 'trials.id')
    .whereRef('epochs.attempt', '=', 'trials.attempt');
}

/** As `readTrial` tells it: what ended an earlier attempt says nothing of a trial that waits or runs. */
function reason(): Expression<unknown> {
  return trials
    .selectFrom('attempts')
    .select('attempts.reason')
    .whereRef('attempts.trialId', '=', 'trials.id')
    .whereRef('attempts.attempt', '=', 'trials.attempt')
    .where('trials.status' as never, 'not in', ['planned', 'leased'] as never);
}

/** Looked for where there is one: most trials have none. */
function noted(column: 'note' | 'tags'): Expression<unknown> {
  const all = (trials as Trials).selectFrom('trialNotes');
  const own = all.select(`trialNotes.${column}`).whereRef('trialNotes.trialId', '=', 'trials.id');
  const some = all.select('trialNotes.trialId');
  return sql`case when ${trials.ref('trials.id')} in ${some} then ${own} end`;
}
