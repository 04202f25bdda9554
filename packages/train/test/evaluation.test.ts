import type { ImageSet } from '@netspace/data/dataset';
import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluate.ts';
import { calibrationError, confusionMatrix, countErrors, reportOn, topKError } from '../evaluation.ts';
import { completeRecipe } from '../recipe.ts';
import { trainNetwork } from '../train.ts';
import { openTrainer } from '../trainer.ts';
import { data, input, network } from './small-case.ts';

/** Logits whose softmax is these probabilities. */
const logitsOf = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat(), (p) => Math.log(p));

const four = {
  logits: logitsOf([
    [0.7, 0.2, 0.1],
    [0.3, 0.45, 0.25],
    [0.08, 0.3, 0.62],
    [0.2, 0.38, 0.42],
  ]),
  labels: [0, 0, 1, 2],
};

describe('four predictions for three classes', () => {
  it('have two errors, none of them beyond the second place', () => {
    expect(countErrors(four)).toBe(2);
    expect(topKError(four, 1)).toBe(0.5);
    expect(topKError(four, 2)).toBe(0);
  });

  it('confuse class 0 with 1 and class 1 with 2', () => {
    expect(confusionMatrix(four)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(reportOn(four).classErrors).toEqual([0.5, 1, 0]);
  });

  it('are miscalibrated by what each of their bins is off', () => {
    // In fifteenths .7 and .62 lie alone, .45 and .42 together: one of them is right, with .87 expected.
    expect(calibrationError(four)).toBeCloseTo((0.3 + 0.62 + 0.13) / 4, 6);
    // In halves .7 and .62 lie together too: one right, 1.32 expected.
    expect(calibrationError(four, 2)).toBeCloseTo((0.32 + 0.13) / 4, 6);
  });
});

describe('predictions at random', () => {
  const [images, classes] = [500, 7];
  const stream = random('predictions');
  const rows = Array.from({ length: images }, () =>
    Array.from({ length: classes }, () => 2 * stream.normal()),
  );
  const labels = rows.map(() => stream.below(classes - 1));
  const predictions = { logits: Float32Array.from(rows.flat()), labels };
  const orders = rows.map((row) => row.map((_, c) => c).toSorted((a, b) => (row[b] ?? 0) - (row[a] ?? 0)));

  it.each([1, 2, 5, 7])('have the top-%d error that sorting finds', (k) => {
    const wrong = orders.filter((order, i) => !order.slice(0, k).includes(labels[i] ?? -1)).length;
    expect(topKError(predictions, k)).toBe(wrong / images);
    if (k === 1) expect(countErrors(predictions)).toBe(wrong);
  });

  it('have the confusion matrix of their first places, and an error for each class with images', () => {
    const expected = Array.from({ length: classes }, (_, own) =>
      Array.from(
        { length: classes },
        (__, taken) => orders.filter((order, i) => labels[i] === own && order[0] === taken).length,
      ),
    );
    const { confusion, classErrors, k } = reportOn(predictions);
    expect(confusion).toEqual(expected);
    expect(k).toBe(5);
    expect(classErrors.at(-1)).toBeNull();
    const errors = confusion.map((row, c) => (classErrors[c] ?? 0) * row.reduce((a, b) => a + b, 0));
    expect(errors.reduce((a, b) => a + b, 0)).toBeCloseTo(countErrors(predictions), 9);
  });

  it('have the calibration error of a sum over bins', () => {
    const sure = rows.map((row) => Math.max(...row.map(Math.exp)) / row.reduce((s, x) => s + Math.exp(x), 0));
    let expected = 0;
    for (let bin = 0; bin < 15; bin++) {
      const members = sure.flatMap((p, i) => (p > bin / 15 && p <= (bin + 1) / 15 ? [i] : []));
      if (members.length === 0) continue;
      const right = members.filter((i) => orders[i]?.[0] === labels[i]).length / members.length;
      const mean = members.reduce((s, i) => s + (sure[i] ?? 0), 0) / members.length;
      expected += (members.length / images) * Math.abs(right - mean);
    }
    expect(calibrationError(predictions)).toBeCloseTo(expected, 6);
  });

  it('that are certain and right are calibrated, and certain and wrong as badly as can be', () => {
    const logits = Float32Array.of(99, 0, 0, 0, 99, 0);
    expect(calibrationError({ logits, labels: [0, 1] })).toBeCloseTo(0, 12);
    expect(calibrationError({ logits, labels: [1, 2] })).toBeCloseTo(1, 12);
  });
});

describe('a prediction', () => {
  it.each([
    ['a tie', [1, 1, 0], 0],
    ['nothing but ties', [0, 0, 0], 2],
    ['a logit that is not a number', [5, NaN, 0], 0],
    ['an own logit that is not a number', [NaN, 1, 0], 0],
  ])('with %s is an error, and off the diagonal', (_, row, label) => {
    const predictions = { logits: Float32Array.from(row), labels: [label] };
    expect(countErrors(predictions)).toBe(1);
    expect(confusionMatrix(predictions)[label]?.[label]).toBe(0);
    expect(confusionMatrix(predictions).flat()).toContain(1);
  });

  it.each([
    [2, 1],
    [3, 2],
    [5, 2],
    [6, 5],
    [1000, 5],
  ])('among %d classes is counted by its first %d', (classes, k) => {
    expect(reportOn({ logits: new Float32Array(classes), labels: [0] }).k).toBe(k);
  });
});

describe('an evaluation', () => {
  it('counts the images of a last partial batch like all others', () => {
    const count = 300;
    const size = input.resolution ** 2 * input.channels;
    const stream = random('partial');
    const images = Uint8Array.from({ length: count * size }, () => stream.below(256));
    const set: ImageSet = { ...input, images, labels: new Uint8Array(count), count };
    const trainer = openTrainer(network, input, completeRecipe({ batchSize: 4 }), 1);
    try {
      const { logits } = evaluate(trainer, set, data);
      const best = Array.from({ length: count }, (_, i) => {
        const row = [...logits.subarray(3 * i, 3 * i + 3)];
        return row.indexOf(Math.max(...row));
      });
      // Batches are of 256: all images of the first are labelled as the network has them, all others not.
      const labels = Uint8Array.from(best, (c, i) => (i < 256 ? c : (c + 1) % 3));
      expect(evaluate(trainer, { ...set, labels }, data).error).toBe(44 / 300);
      const reversed = labels.map((label, i) => (i < 256 ? (label + 1) % 3 : (label + 2) % 3));
      expect(evaluate(trainer, { ...set, labels: reversed }, data).error).toBe(256 / 300);
    } finally {
      trainer.close();
    }
  });

  it('at the end of a training is that of its last epoch, and of the test part only when asked', async () => {
    const recipe = completeRecipe({ epochs: 2, batchSize: 16, learningRate: 0.02 });
    const plain = await trainNetwork(network, recipe, data, { seed: 1 });
    const { confusion = [] } = plain.evaluation ?? {};
    const right = confusion.reduce((sum, row, c) => sum + (row[c] ?? 0), 0);
    expect(confusion.flat().reduce((a, b) => a + b, 0)).toBe(41);
    expect(1 - right / 41).toBeCloseTo(plain.error, 12);
    expect(plain).not.toHaveProperty('testError');
    // As test images those to learn from, so that the error can be told from the validation part's.
    const tested = await trainNetwork(network, recipe, data, { seed: 1, test: data.train });
    expect(tested.curve.map(({ validationError }) => validationError)).toEqual(
      plain.curve.map(({ validationError }) => validationError),
    );
    expect(tested.testError).not.toBe(tested.error);
    expect((tested.testError ?? NaN) * 90).toBeCloseTo(Math.round((tested.testError ?? NaN) * 90), 9);
  });

  it('names the first of the best epochs', async () => {
    const recipe = completeRecipe({ epochs: 4, batchSize: 16, learningRate: 0.05 });
    const { curve, bestEpoch, bestError } = await trainNetwork(network, recipe, data, { seed: 2 });
    const errors = curve.map(({ validationError }) => validationError);
    expect(bestError).toBe(Math.min(...errors.map((error) => error ?? 1)));
    expect(errors.indexOf(bestError)).toBe(bestEpoch - 1);
  });
});
