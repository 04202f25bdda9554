import { describe, expect, it } from 'vitest';
import { stateOf } from '../model.ts';
import { transfer } from '../transfer.ts';
import { randomModel, small } from './random-model.ts';

const input = { resolution: 28, channels: 1, classes: 10 };
const model = randomModel(small, input, 1);

describe('a training that begins with a model', () => {
  it('takes all of it where the classes and colours are as many', () => {
    const drawn = stateOf(randomModel(small, input, 2));
    expect(transfer(model, small, input, drawn)).toEqual({ state: stateOf(model), drawn: [] });
  });

  it('draws the last layer anew for other classes, at any resolution', () => {
    const other = { resolution: 64, channels: 1, classes: 3 };
    const begun = randomModel(small, other, 2);
    const { state, drawn } = transfer(model, small, other, stateOf(begun));
    expect(drawn).toEqual(['head.linear.weight', 'head.linear.bias']);
    expect(state.biases).toEqual(begun.values.get('head.linear.bias'));
    expect(state.statistics).toEqual(stateOf(model).statistics);
    expect(state.weights.slice(0, 72)).toEqual(model.values.get('stem.weight'));
  });

  it('refuses a model of another network', () => {
    const drawn = stateOf(randomModel({ ...small, block: 'basic' }, input));
    expect(() => transfer(model, { ...small, block: 'basic' }, input, drawn)).toThrow(/another network/);
  });
});
