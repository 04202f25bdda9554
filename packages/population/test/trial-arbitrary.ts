/** Trials of every kind, with hostile texts, for properties of what is written and read. */
import type { Stage } from '@netspace/network/network';
import * as fc from 'fast-check';
import type { Trial } from '../trial.ts';
import { network } from './sample.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const count = fc.nat(2 ** 40);
const hostile = fc.constantFrom(
  '=1+1',
  '+1',
  '-1',
  '@a',
  '\t',
  '\r',
  '\n',
  '"',
  "'",
  "'=1",
  ' a ',
  '1e5',
  'true',
  'NaN',
  '',
  '\u0001',
  '\uFF1D1',
  'é😀',
);
const text = fc.oneof(
  hostile,
  fc.string({ unit: 'binary' }).filter((each) => !each.includes('\u0000')),
);
const name = fc.constantFrom('learningRate', 'epochs', 'a,b', '=key', 'x.y', ' spaced', 'q"q');

const stage: fc.Arbitrary<Stage> = fc.record({
  depth: fc.integer({ min: 1, max: 16 }),
  width: fc.integer({ min: 1, max: 64 }).map((eighths) => 8 * eighths),
  stride: fc.constantFrom(1, 2),
  bottleneckRatio: fc.constantFrom(1, 2),
  groupWidth: fc.constantFrom(1, 2, 4),
});

const epoch = fc.record(
  {
    learningRate: real,
    trainLoss: real,
    trainError: share,
    validationLoss: real,
    validationError: share,
    emaError: share,
    seconds: real,
  },
  { requiredKeys: [] },
);

const outcome = fc.oneof(
  fc.record({ status: fc.constant('completed' as const), error: share }),
  fc.record({ status: fc.constant('diverged' as const), error: fc.constant(1) }),
  fc.record({
    status: fc.constantFrom('failed' as const, 'planned' as const, 'lost' as const, 'cancelled' as const),
  }),
);

const anyTrial: fc.Arbitrary<Trial> = fc
  .tuple(
    outcome,
    fc.record({
      space: text.filter((each) => each !== ''),
      stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
      flops: count,
      params: count,
      activations: count,
    }),
    fc.record(
      {
        bestError: share,
        stopped: fc.record({
          by: fc.constantFrom('median' as const, 'halving' as const),
          epoch: fc.integer({ min: 1, max: 9 }),
        }),
        evaluation: fc.record({ classErrors: fc.array(fc.option(share)) }, { requiredKeys: [] }),
        recipe: fc.dictionary(name, fc.oneof(real, text, fc.boolean()), { minKeys: 1 }),
        seed: fc.nat(),
        curve: fc
          .array(epoch, { minLength: 1, maxLength: 3 })
          .map((list) => list.map((each, i) => ({ ...each, epoch: i + 1 }))),
        reason: text,
        generator: fc.dictionary(fc.constantFrom('depth', 'widthSlope'), real, { minKeys: 1 }),
        provenance: fc.dictionary(name, fc.oneof(text, real, fc.constant(null), fc.array(fc.boolean())), {
          minKeys: 1,
        }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([end, { stages, ...needed }, rest]) => ({
    ...needed,
    ...end,
    ...rest,
    network: { ...network, stages },
  }));

export const anyTrials = fc.array(anyTrial, { minLength: 1, maxLength: 5 });
