/** Finding and ordering trials as tests: one suite for every store, against a plain evaluation of the same filters. */
import type { EpochRecord, Trial } from '@netspace/population/trial';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoredTrial } from '../store.ts';
import { exampleTrial, type TestDatabase } from './contract.ts';

const pick = <T>(of: readonly T[], i: number): T => of[i % of.length] as T;

/** Every property that a trial may have is there and missing, in many mixtures. */
const exampleTrials: readonly Trial[] = Array.from({ length: 48 }, (_, i): Trial => {
  const { network } = exampleTrial(1);
  const stages = Array.from({ length: 1 + (i % 4) }, (_none, stage) => ({
    depth: 1 + ((i + stage) % 3),
    width: 16 * (1 + ((i * 5 + stage) % 6)),
    stride: 2,
    bottleneckRatio: i % 5 === 0 && stage > 0 ? 2 : 1,
    groupWidth: i % 7 === 0 && stage > 0 ? 16 : 8,
  }));
  const curve = (last: number): EpochRecord[] =>
    Array.from({ length: last }, (_none, epoch) => ({ epoch: epoch + 1, validationError: 0.5 }));
  return {
    space: pick(['anynet-a', 'anynet-b', 'RegNet "X"'], i),
    network: {
      ...network,
      stages,
      block: pick(['bottleneck', 'vanilla', 'linear-bottleneck'], i >> 1),
      seRatio: pick([0, 0.25], i >> 2),
      activation: pick(['relu', 'silu'], i),
      ...(i % 3 === 0 && { name: `net-${i}` }),
    },
    status: pick(['completed', 'completed', 'planned', 'diverged', 'failed'], i),
    ...(i % 5 < 2 && { error: (i % 8) / 8, bestError: (i % 4) / 8 }),
    ...(i % 5 === 3 && { error: 1 }),
    ...(i % 5 === 4 && { reason: pick(['no memory', 'Lost twice'], i) }),
    ...(i % 5 === 1 &&
      i % 2 === 0 && { stopped: { by: pick(['median', 'halving'], i >> 1), epoch: 1 + (i % 3) } }),
    ...(i % 9 !== 0 && { flops: 100_000_000 * (i % 6), params: 1000 * i }),
    ...(i % 4 !== 0 && { seed: i }),
    ...(i % 6 !== 0 && {
      recipe: {
        learningRate: pick([0.1, 0.01, 1e-7], i),
        schedule: i % 10 === 1 ? 3 : pick(['cos', 'exp'], i),
        ...(i % 2 === 0 && { nesterov: i % 4 === 0 }),
        epochs: 10,
      },
    }),
    ...(i % 4 === 1 && { generator: { initialWidth: 8 * (i % 3), 'w-slope': i / 2 } }),
    ...(i % 3 === 1 && {
      fit: { fitError: i / 100, depth: 4, initialWidth: 16, widthSlope: 2.5, widthMultiplier: 2 },
    }),
    ...(i % 5 !== 2 && { curve: curve(i % 4) }),
  };
});

type Value = number | string | boolean | null;

/** The values of a trial by name, in JavaScript; a list where there may be several. */
const readers: Readonly<Record<string, (trial: StoredTrial, tags: readonly string[]) => unknown>> = {
  index: (t) => t.index,
  error: (t) => t.error,
  bestError: (t) => t.bestError,
  flops: (t) => t.flops,
  params: (t) => t.params,
  seed: (t) => t.seed,
  attempt: (t) => t.attempt,
  epochs: (t) => (t.curve ?? []).length,
  stages: (t) => t.network.stages.length,
  depth: (t) => t.network.stages.reduce((sum, { depth }) => sum + depth, 0),
  bottleneckRatio: (t) => shared(t.network.stages.map((stage) => stage.bottleneckRatio)),
  seRatio: (t) => t.network.seRatio,
  width1: (t) => t.network.stages[0]?.width,
  width3: (t) => t.network.stages[2]?.width,
  depth2: (t) => t.network.stages[1]?.depth,
  groupWidth2: (t) => t.network.stages[1]?.groupWidth,
  stemWidth: (t) => t.network.stem.width,
  stoppedAt: (t) => t.stopped?.epoch,
  fitError: (t) => t.fit?.fitError,
  initialWidth: (t) => t.generator?.['initialWidth'] ?? t.fit?.initialWidth,
  widthSlope: (t) => t.fit?.widthSlope,
  learningRate: (t) => t.recipe?.['learningRate'],
  'recipe.epochs': (t) => t.recipe?.['epochs'],
  schedule: (t) => t.recipe?.['schedule'],
  nesterov: (t) => t.recipe?.['nesterov'],
  'generator.w-slope': (t) => t.generator?.['w-slope'],
  space: (t) => t.space,
  status: (t) => t.status,
  block: (t) => t.network.block,
  activation: (t) => t.network.activation,
  name: (t) => t.network.name,
  stopped: (t) => t.stopped?.by,
  reason: (t) => t.reason,
  tag: (_, tags) => tags,
};

function shared(numbers: readonly number[]): number | undefined {
  return numbers.every((each) => each === numbers[0]) ? numbers[0] : undefined;
}

/** Beside each name, values that it has and has not. */
const values: Readonly<Record<string, readonly Value[]>> = {
  space: ['anynet-a', 'RegNet "X"', 'anynet'],
  status: ['completed', 'failed', 'lost'],
  block: ['bottleneck', 'vanilla'],
  activation: ['relu', 'silu', null],
  name: ['net-3', 'net-4', null],
  stopped: ['median', 'halving', null],
  reason: ['no memory', 'Lost twice', null],
  schedule: ['cos', 3, true, null],
  nesterov: [true, false, null],
  tag: ['good', 'Ünder', null],
  learningRate: [0.1, 1e-7, 'cos', null],
};
const numbers: readonly Value[] = [0, 0.125, 1, 2, 3.5, 8, 16, 300_000_000, null];

type Tree =
  | { readonly of: readonly Tree[]; readonly word: 'and' | 'or' }
  | { readonly not: Tree }
  | { readonly column: string; readonly operator: string; readonly value: Value };

const leaf: fc.Arbitrary<Tree> = fc.constantFrom(...Object.keys(readers)).chain((column) =>
  fc.constantFrom(...(values[column] ?? numbers)).chain((value) =>
    fc
      .constantFrom(...(typeof value === 'number' ? ['<', '<=', '=', '!=', '>=', '>'] : ['=', '!=']))
      .chain((operator): fc.Arbitrary<Tree> => {
        const plain = { column, operator, value };
        const holds = ['', 'O', 'net', 'MEDIAN', '"'].map((part) => ({ column, operator: '~', value: part }));
        const isText = values[column]?.every((each) => each === null || typeof each === 'string');
        return isText ? fc.constantFrom<Tree>(plain, plain, ...holds) : fc.constant(plain);
      }),
  ),
);

const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      word: fc.constantFrom<'and' | 'or'>('and', 'or'),
    }),
    fc.record({ not: tie('tree') }),
  ),
})).tree;

function write(node: Tree): string {
  if ('not' in node) return `not (${write(node.not)})`;
  if ('of' in node)
    return node.of.map((each) => ('of' in each ? `(${write(each)})` : write(each))).join(` ${node.word} `);
  const { column, operator, value } = node;
  return `${column} ${operator} ${typeof value === 'string' ? JSON.stringify(value) : (value ?? 'none')}`;
}

function isTrue(node: Tree, trial: StoredTrial, tags: readonly string[]): boolean {
  if ('not' in node) return !isTrue(node.not, trial, tags);
  if ('of' in node)
    return node.word === 'and'
      ? node.of.every((each) => isTrue(each, trial, tags))
      : node.of.some((each) => isTrue(each, trial, tags));
  const found = readers[node.column]?.(trial, tags);
  if (node.operator === '!=') return !isTrue({ ...node, operator: '=' }, trial, tags);
  if (Array.isArray(found))
    return node.value === null
      ? found.length === 0
      : found.some((each) => compare(each, node.operator, node.value));
  return compare(found, node.operator, node.value);
}

function compare(found: unknown, operator: string, value: Value): boolean {
  if (value === null) return found === undefined;
  if (typeof found !== typeof value) return false;
  const small = (text: unknown): string =>
    String(text).replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const [a, b] = [found as number, value as number];
  const outcomes: Readonly<Record<string, boolean>> = {
    '<': a < b,
    '<=': a <= b,
    '=': a === b,
    '>=': a >= b,
    '>': a > b,
    '~': small(found).includes(small(value)),
  };
  return outcomes[operator] ?? false;
}

export function describeQueries(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`finding trials in ${name}`, () => {
    let database: TestDatabase;
    let store: Store;
    let sweepId: number;
    let all: readonly StoredTrial[];
    const tags = new Map<number, readonly string[]>();

    beforeEach(async () => {
      database = await makeDatabase();
      store = await database.open();
      // Another sweep, none of whose trials may be found.
      await store.addSweep({ name: 'other', planHash: 'bbbbbb', plan: '{}' }, [exampleTrial(1)]);
      const sweep = { name: 'first', planHash: 'aaaaaa', plan: '{}' };
      sweepId = (await store.importSweep(sweep, exampleTrials)).sweep.id;
      const found: StoredTrial[] = [];
      for await (const trial of store.population(sweepId)) found.push(trial);
      all = found;
      for (const { id, index } of found)
        if (index % 3 === 0) {
          tags.set(id, index % 6 === 0 ? ['good', 'Ünder'] : ['bad']);
          await store.annotateTrial(id, { tags: tags.get(id) ?? [] });
        }
    });
    afterEach(async () => {
      await store.close();
      await database.remove();
    });

    const indices = (trials: readonly StoredTrial[]): number[] => trials.map(({ index }) => index);

    it('finds exactly the trials for which a filter is true, and counts them', async () => {
      await fc.assert(
        fc.asyncProperty(tree, async (node) => {
          const where = write(node);
          const expected = all.filter((trial) => isTrue(node, trial, tags.get(trial.id) ?? []));
          expect(indices(await store.trials(sweepId, { where })), where).toEqual(indices(expected));
          expect(await store.countMatches(sweepId, { where })).toBe(expected.length);
        }),
        { numRuns: 150 },
      );
    });

    it.each(['error', 'flops', 'depth', 'learningRate', 'space', 'groupWidth2'])(
      'orders by %s both ways, what has none at the end, in pages',
      async (column) => {
        const read = readers[column] ?? (() => undefined);
        const value = (trial: StoredTrial) => read(trial, []) as number | string | undefined;
        for (const [sign, factor] of [
          ['', 1],
          ['-', -1],
        ] as const) {
          const expected = all.toSorted((a, b) => {
            const [x, y] = [value(a), value(b)];
            if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
            return (x < y ? -1 : Number(x > y)) * factor;
          });
          const sort = `${sign}${column}`;
          expect(indices(await store.trials(sweepId, { sort }))).toEqual(indices(expected));
          const page = await store.trials(sweepId, { sort, limit: 7, offset: 11 });
          expect(indices(page)).toEqual(indices(expected.slice(11, 18)));
        }
      },
    );

    it('orders by several columns, and pages what a filter and statuses let through', async () => {
      const expected = all
        .filter(({ status, flops }) => status === 'completed' && (flops ?? 0) >= 2e8)
        .toSorted((a, b) => a.space.localeCompare(b.space) || (b.flops ?? 0) - (a.flops ?? 0));
      // No two of these spaces differ by case alone, but capitals come first in bytes.
      const bytes = expected.toSorted((a, b) => Number(b.space[0] === 'R') - Number(a.space[0] === 'R'));
      const query = { where: 'flops >= 200M', statuses: ['completed'], sort: 'space, -flops' } as const;
      expect(indices(await store.trials(sweepId, query))).toEqual(indices(bytes));
      expect(await store.countMatches(sweepId, { ...query, limit: 2 })).toBe(bytes.length);
      expect(indices(await store.trials(sweepId, { ...query, limit: 2, offset: 1 }))).toEqual(
        indices(bytes.slice(1, 3)),
      );
    });

    it('sees what has changed since a column was asked for, whoever changed it', async () => {
      const planned = [1, 2, 3].map((cost) => exampleTrial(cost));
      const { sweep } = await store.addSweep({ name: 'live', planHash: 'dddddd', plan: '{}' }, planned);
      const other = await database.open();
      const among = async (where: string) => indices(await store.trials(sweep.id, { where }));
      const lease = async () => {
        const leased = await other.leaseTrial(sweep.id, { owner: 'me', milliseconds: 60_000 });
        if (!leased) throw new Error('no trial to lease');
        return leased;
      };
      try {
        expect(await among('epochs > 0 or reason ~ memory or fitError >= 0')).toEqual([]);
        const first = await lease();
        await other.recordEpoch(first, { epoch: 1 });
        expect(await among('epochs = 1')).toEqual([2]);
        await other.recordEpoch(first, { epoch: 2 });
        expect(await among('epochs = 2')).toEqual([2]);
        await other.finishTrial(first, { status: 'failed', reason: 'no memory' });
        expect(await among('reason ~ memory and epochs = 2')).toEqual([2]);
        await other.retryTrials(sweep.id);
        expect(await among('reason ~ memory')).toEqual([]);
        const again = await lease();
        expect(await among('epochs > 0 and learningRate = 0.1')).toEqual([]);
        const fit = { fitError: 0.5, depth: 4, initialWidth: 16, widthSlope: 2.5, widthMultiplier: 2 };
        await other.finishTrial(again, { status: 'completed', error: 0.5, fit });
        expect(await among('fitError = 0.5')).toEqual([2]);
        expect(indices(await store.trials(sweep.id, { sort: '-widthSlope,-index' }))).toEqual([2, 1, 0]);
      } finally {
        await other.close();
      }
    });

    it('leaves out of brief trials what only the page of one trial shows, and nothing else', async () => {
      const more = { provenance: { host: 'h' }, evaluation: { bestEpoch: 2, confusion: [[1, 0]] } };
      const trained = exampleTrials.slice(0, 5).map((trial) => ({ ...trial, ...more }));
      const { sweep } = await store.importSweep({ name: 'whole', planHash: 'cccccc', plan: '{}' }, trained);
      const whole = await store.trials(sweep.id);
      expect(whole.filter((trial) => 'provenance' in trial && 'evaluation' in trial)).not.toHaveLength(0);
      const rest = whole.map(({ provenance: _provenance, evaluation: _evaluation, ...trial }) => trial);
      expect(await store.trials(sweep.id, { brief: true })).toEqual(rest);
      expect(await store.trials(sweep.id, { brief: true, limit: 2, offset: 1 })).toEqual(rest.slice(1, 3));
    });

    it('writes lists, percentages, quantities and texts with quotes in a filter', async () => {
      const count = (where: string) => store.countMatches(sweepId, { where });
      const among = (test: (trial: StoredTrial) => boolean) => all.filter(test).length;
      expect(await count('space in (anynet-a, "RegNet \\"X\\"")')).toBe(
        among(({ space }) => space !== 'anynet-b'),
      );
      expect(await count('space not in (anynet-a)')).toBe(among(({ space }) => space !== 'anynet-a'));
      expect(await count('error <= 12.5%')).toBe(among(({ error = 1 }) => error <= 0.125));
      expect(await store.countMatches(sweepId, { spaces: ['anynet-b', 'x'], where: 'index < 9' })).toBe(3);
      expect(await count('flops == 0.3G OR flops = 200M')).toBe(
        among(({ flops }) => flops === 3e8 || flops === 2e8),
      );
    });

    it.each([
      ['dpeth > 12', 'position 1: there is no column "dpeth"; did you mean depth?'],
      [
        'depth > 1 and learningrate < 1',
        'position 15: there is no column "learningrate"; did you mean learningRate?',
      ],
      ['depth > deep', 'position 9: depth is a number, and "deep" is none'],
      ['space > 3', 'position 9: space is a text, and 3 is none'],
      ['space < b', 'position 9: < compares numbers; for space there are = != ~ and in'],
      ['status = compelted', 'position 10: status is never "compelted"; did you mean completed?'],
      ['error < none', 'position 9: none is compared by = and != alone'],
      ['tag < 3', 'position 7: tag is compared by = != ~ and in, with a text'],
      ['recipe.nothing = 1', 'position 1: there is no column "recipe.nothing"'],
    ])('says of %s where it is wrong and what is right', async (where, sentence) => {
      const error = { code: 'filter-invalid', message: expect.stringContaining(`filter, ${sentence}`) };
      await expect(store.trials(sweepId, { where })).rejects.toMatchObject(error);
      await expect(store.countMatches(sweepId, { where })).rejects.toMatchObject(error);
    });

    it('says which columns there are to sort by', async () => {
      await expect(store.trials(sweepId, { sort: '-flosp' })).rejects.toMatchObject({
        code: 'filter-invalid',
        message: 'sort by -flosp: there is no column "flosp"; did you mean flops?',
      });
      await expect(store.trials(sweepId, { sort: 'tag' })).rejects.toMatchObject({ code: 'filter-invalid' });
    });

    it('takes what is no filter but an attack for a name or a text', async () => {
      for (const where of [`space = "'; drop table trials; --"`, 'name ~ "%"', `reason = "\\" or 1=1"`])
        expect(await store.countMatches(sweepId, { where })).toBe(0);
      for (const where of [`recipe.x"] = 1`, `space = 'a' -- `, '1 = 1', '\0'])
        await expect(store.trials(sweepId, { where })).rejects.toMatchObject({ code: 'filter-invalid' });
      expect(await store.trials(sweepId)).toHaveLength(all.length);
    });
  });
}
