import { countComplexity } from '@netspace/network/complexity';
import { describe, expect, it } from 'vitest';
import { formatTrial, formatTrials, groupBySpace } from '../population.ts';
import type { Trial } from '../trial.ts';
import { defaultInput } from '../trial-record.ts';
import { readTrials } from './reading.ts';
import { network, stages, trial } from './sample.ts';

function parse(...records: object[]): Promise<Trial[]> {
  return readTrials(records.map((record) => JSON.stringify(record)).join('\n'), 'pop.jsonl');
}

const least = { space: 'a', network: { stages } };

describe('a trial a line', () => {
  it('comes back as it was written', async () => {
    const fit = { fitError: 0.125, depth: 3, initialWidth: 24, widthSlope: 36.5, widthMultiplier: 2.5 };
    const trials = [trial, { ...trial, space: 'b', fit }];
    expect(await readTrials(formatTrials(trials), 'x')).toEqual(trials);
  });

  it('is written in one order of keys, on one line', () => {
    const { space, ...rest } = trial;
    expect(formatTrial({ ...rest, space })).toBe(formatTrial(trial));
    expect(formatTrial({ ...trial, reason: 'a\nb' })).not.toContain('\n');
  });

  it('needs no more than space, network and error; the rest is counted or by default', async () => {
    const [read] = await parse({ ...least, error: 0.25 });
    expect(read).toEqual({
      space: 'a',
      network,
      status: 'completed',
      error: 0.25,
      ...countComplexity(network, defaultInput),
    });
  });

  it('has its complexity counted for the input that is told', async () => {
    const input = { resolution: 28, channels: 1, classes: 10 };
    const [read] = await readTrials(JSON.stringify({ ...least, error: 0.25 }), 'x', { input });
    expect(read).toMatchObject(countComplexity(network, input));
  });

  it('keeps the complexity it has, and adds what is missing only where the rest agrees', async () => {
    const counted = countComplexity(network, defaultInput);
    const [kept, added, other] = await parse(
      { ...least, error: 0.1, flops: 1, params: 2, activations: 3 },
      { ...least, error: 0.1, flops: counted.flops },
      { ...least, error: 0.1, flops: counted.flops + 1 },
    );
    expect(kept).toMatchObject({ flops: 1, params: 2, activations: 3 });
    expect(added).toMatchObject(counted);
    expect(other).not.toHaveProperty('activations');
  });

  it('may begin with a byte order mark, end with CRLF and have empty lines between', async () => {
    const line = JSON.stringify({ ...least, error: 0.5 });
    expect((await readTrials(`\uFEFF${line}\r\n\r\n${line}\r\n`, 'x')).length).toBe(2);
  });
});

describe('a trial without an error', () => {
  it.each([
    ['NaN and no status', '"error":NaN', { status: 'diverged', error: 1 }],
    ['Infinity though completed', '"error":Infinity,"status":"completed"', { status: 'diverged', error: 1 }],
    ['null and no status', '"error":null', { status: 'failed' }],
    [
      'null and failed',
      '"error":null,"status":"failed","reason":"killed"',
      { status: 'failed', reason: 'killed' },
    ],
    ['NaN and failed', '"error":NaN,"status":"failed"', { status: 'failed' }],
    ['none and lost', '"status":"lost"', { status: 'lost' }],
    ['none and diverged', '"status":"diverged"', { status: 'diverged', error: 1 }],
  ])('(%s) says what became of it', async (_, keys, outcome) => {
    const line = `{"space":"a","network":${JSON.stringify({ stages })},${keys}}`;
    const [read] = await readTrials(line, 'x');
    const { space: _s, network: _n, flops: _f, params: _p, activations: _a, ...rest } = read ?? trial;
    expect(rest).toEqual(outcome);
  });

  it('drops what is not a number from its curve, and keeps the epochs', async () => {
    const line = `{"space":"a","network":${JSON.stringify({ stages })},"error":NaN,"curve":[{"epoch":1,"trainLoss":NaN,"validationError":0.9},{"epoch":2,"trainLoss":null}]}`;
    expect((await readTrials(line, 'x'))[0]?.curve).toEqual([
      { epoch: 1, validationError: 0.9 },
      { epoch: 2 },
    ]);
  });
});

describe('a wrong line', () => {
  const right = { ...least, error: 0.5 };
  it.each([
    [[right, { ...right, eror: 1 }], 'pop.jsonl:2: unknown key "eror"; did you mean error?'],
    [[{ ...right, stopped: { by: 'halving', epoc: 1 } }], 'unknown key "stopped.epoc"; did you mean epoch?'],
    [[{ ...right, evaluation: { topKError: 2 } }], '"evaluation.topKError" is 2, but must be a fraction'],
    [[{ ...right, zebra: 1 }], 'pop.jsonl:1: unknown key "zebra"; allowed: space, network, status, error'],
    [
      [{ ...right, curve: [{ epoch: 1, trainLos: 1 }] }],
      'unknown key "curve.0.trainLos"; did you mean trainLoss?',
    ],
    [
      [{ ...right, error: 12.5 }],
      'pop.jsonl:1: "error" is 12.5, but must be a fraction from 0 to 1; divide percent by 100',
    ],
    [[{ ...right, error: -1 }], '"error" is -1, but must be a fraction from 0 to 1'],
    [[{ ...right, error: 'low' }], '"error" must be a number'],
    [[{ ...right, status: 'done' }], '"status" must be one of planned, leased, completed'],
    [[{ ...right, flops: 1.5 }], '"flops" must be a whole number'],
    [[{ ...right, recipe: { steps: [1] } }], '"recipe.steps" must be a number, a text, true or false'],
    [[{ ...right, curve: [{ epoch: 0 }] }], '"curve.0.epoch" is counted from 1'],
    [[least], 'pop.jsonl:1: "error" is missing; give the fraction of wrong answers, or a "status"'],
    [[{ ...least, status: 'completed' }], '"error" is missing'],
    [[{ space: 'a', error: 1 }], '"network" is missing'],
    [[{ network: { stages }, error: 1 }], '"space" is missing'],
    [[{ ...right, network: { stages: [] } }], 'pop.jsonl:1: network'],
    [[right, [1]], 'pop.jsonl:2: a trial must be an object'],
  ])('is refused with its number: %j', async (records, message) => {
    await expect(parse(...records)).rejects.toThrow(message);
  });

  it('is refused when torn, as the last one of a killed writer is', async () => {
    const whole = formatTrials([trial, trial]);
    await expect(readTrials(whole.slice(0, -20), 'pop.jsonl')).rejects.toThrow(
      'pop.jsonl:2: the JSON ends too early',
    );
  });

  it('is not all: a text without trials is refused too', async () => {
    await expect(readTrials('\n\n', 'pop.jsonl')).rejects.toThrow('pop.jsonl: is empty');
  });

  it('cannot change what objects are', async () => {
    await expect(readTrials('{"__proto__":{"space":"a"},"error":1}', 'x')).rejects.toThrow('x:1:');
    expect(({} as Record<string, unknown>)['space']).toBeUndefined();
  });
});

describe('groups', () => {
  it('hold the trials of each space in their order', () => {
    const [a, b, c] = [trial, { ...trial, space: '__proto__' }, { ...trial, error: 0.9 }];
    expect(groupBySpace([a, b, c])).toEqual([
      { name: trial.space, trials: [a, c] },
      { name: '__proto__', trials: [b] },
    ]);
  });
});
