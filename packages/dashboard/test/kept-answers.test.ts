import { afterEach, describe, expect, it } from 'vitest';
import { keepAnswers } from '../kept-answers.ts';
import { importTrials, makeStore, type ExampleStore } from './example-store.ts';

describe('answers that are kept', () => {
  const stores: ExampleStore[] = [];
  afterEach(async () => {
    for (const each of stores.splice(0)) await each.remove();
  });

  const start = async () => {
    const example = await makeStore();
    stores.push(example);
    let made = 0;
    const answers = keepAnswers(example.store);
    const ask = async (key = 'a', ages = false): Promise<string> =>
      String(await answers.answer(key, () => Promise.resolve(++made), ages));
    return { ...example, answers, ask };
  };

  it('are made once for all who ask at the same time and soon after', async () => {
    const { ask } = await start();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['1', '1', '1']);
    expect(await ask()).toBe('1');
    expect(await ask('b')).toBe('2');
  });

  it('are made anew when the store has changed, and those that tell of time a moment later', async () => {
    const { ask, store } = await start();
    const id = await importTrials(store, { a: 1 });
    expect([await ask('a'), await ask('b', true)]).toEqual(['1', '2']);
    await store.annotateSweep(id, { note: 'n' });
    expect([await ask('a'), await ask('b', true)]).toEqual(['3', '4']);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect([await ask('a'), await ask('b', true)]).toEqual(['3', '5']);
  });

  it('are not kept when they failed', async () => {
    const { ask, answers } = await start();
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(answers.answer('a', fail)).rejects.toThrow('no');
    expect(await ask()).toBe('1');
  });
});
