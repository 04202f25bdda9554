import type { InputShape, Network } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { openSession } from '@netspace/tensorflow/session';
import { completeRecipe } from '@netspace/train/recipe';
import { openTrainer } from '@netspace/train/trainer';
import { describe, expect, it } from 'vitest';
import { buildInferenceGraph } from '../inference-graph.ts';
import { stateOf, type Model } from '../model.ts';
import { openPredictor } from '../predictor.ts';
import { randomModel, small } from './random-model.ts';

const input: InputShape = { resolution: 14, channels: 2, classes: 4 };
const count = 3;
const stage = { depth: 1, width: 16, stride: 2, bottleneckRatio: 1, groupWidth: 8 };

const cases: readonly { why: string; network: Network }[] = [
  { why: 'X blocks in one group', network: { ...small, stages: [stage, { ...stage, groupWidth: 16 }] } },
  { why: 'few wide groups', network: { ...small, stages: [{ ...stage, width: 32, groupWidth: 16 }] } },
  { why: 'many narrow groups', network: { ...small, stages: [{ ...stage, width: 32, groupWidth: 2 }] } },
  { why: 'depthwise convolutions', network: { ...small, stages: [{ ...stage, groupWidth: 1 }] } },
  {
    why: 'Y blocks at stride 1',
    network: { ...small, seRatio: 0.25, stages: [{ ...stage, stride: 1, depth: 2 }] },
  },
  {
    why: 'Z blocks and a head convolution, in SiLU',
    network: { ...small, block: 'linear-bottleneck', head: { width: 20 }, activation: 'silu' },
  },
  { why: 'basic blocks', network: { ...small, block: 'basic' } },
  {
    why: 'VR blocks behind the ImageNet stem',
    network: { ...small, block: 'single-residual', stem: { kind: 'imagenet', width: 8 } },
  },
];

const stream = random('pixels');
const images = Float32Array.from({ length: count * 14 * 14 * 2 }, () => stream.below(256));

/** What training evaluates: batch norms by themselves, images normalised outside. */
function trainedLogits({ network, mean, deviation, ...model }: Model): number[] {
  const trainer = openTrainer(network, input, completeRecipe({ batchSize: 2 }), 1);
  try {
    trainer.writeState({ ...trainer.readState(), ...stateOf({ network, mean, deviation, ...model }) });
    const normalised = images.map((pixel, i) => (pixel - (mean[i % 2] ?? NaN)) / (deviation[i % 2] ?? NaN));
    return [...trainer.evaluate(normalised, count)];
  } finally {
    trainer.close();
  }
}

/** The largest difference as a share of the largest logit. */
function difference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  const scale = Math.max(...a.map(Math.abs));
  return Math.max(...a.map((logit, i) => Math.abs(logit - (b[i] ?? NaN)))) / scale;
}

describe.each(cases)('the graph for use, of $why,', ({ network }) => {
  const model = randomModel(network, input);

  it.each(['grouped', 'expanded'] as const)('yields the logits of training when it is %s', (form) => {
    const { graph, images: pixels, logits, probabilities } = buildInferenceGraph(model, form);
    const session = openSession(graph);
    try {
      const feed = { tensor: pixels, shape: [count, 14, 14, 2], values: images };
      const [values = new Float32Array(), shares] = session.run([feed], [logits, probabilities]);
      expect(difference(trainedLogits(model), [...values])).toBeLessThan(1e-5);
      const sums = Array.from({ length: count }, (_, i) =>
        [...(shares ?? [])].slice(4 * i, 4 * i + 4).reduce((sum, share) => sum + share, 0),
      );
      for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    } finally {
      session.close();
    }
  });

  it.each(['grouped', 'expanded'] as const)('needs no batch norm when it is %s', (form) => {
    const { nodes } = buildInferenceGraph(model, form).graph;
    expect(nodes.map(({ op }) => op).filter((op) => op.includes('BatchNorm'))).toEqual([]);
  });
});

describe('a predictor', () => {
  it('takes any number of images, and centres a channel without spread', () => {
    const model = { ...randomModel(small, input), deviation: [0, 61.25] };
    const predictor = openPredictor(model);
    const same = openPredictor({ ...model, deviation: [1, 61.25] });
    try {
      expect(predictor.evaluate(images, count)).toEqual(same.evaluate(images, count));
      const one = predictor.evaluate(images.subarray(0, 14 * 14 * 2), 1);
      expect(difference([...one], [...predictor.evaluate(images, count).subarray(0, 4)])).toBeLessThan(1e-5);
    } finally {
      predictor.close();
      same.close();
    }
  });
});
