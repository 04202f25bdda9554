import { describe, expect, it } from 'vitest';
import { adamStep, adamUpdate, type AdamOptions } from '../adam.ts';
import { clipGlobalNorm } from '../clipping.ts';
import {
  afterUpdates,
  assignVariable,
  constant,
  newGraph,
  placeholder,
  readVariable,
  variable,
  type Tensor,
  type Variable,
} from '../graph.ts';
import { momentumUpdate } from '../optimizer.ts';
import { openSession } from '../session.ts';

const start = [
  [1, -2, 0.5, 3],
  [0.25, -0.75],
];
const decays = [0.1, 0];
/** The gradient of step t for the i-th of all six elements; some are 0. */
const slope = (t: number, i: number) => (((t * 7 + i * 13) % 11) - 5) / 4;
const rate = (t: number) => 0.05 * (1 + (t % 3));

interface Vector {
  readonly parameters: Variable;
  readonly gradient: Tensor;
  readonly weightDecay: number;
  /** A variable like the parameters that starts at zero. */
  readonly memory: (name: string) => Variable;
}

/** Adds the updates of both vectors; their names. */
type Optimizer = (vectors: readonly Vector[], learningRate: Tensor, steps: Variable) => string[];

/** The two vectors, one behind the other, after seven steps. */
function afterSevenSteps(optimizer: Optimizer): number[] {
  const graph = newGraph();
  const initial: string[] = [];
  const declare = (name: string, values: readonly number[]): Variable => {
    const declared = variable(graph, name, [values.length]);
    initial.push(assignVariable(declared, constant(graph, values)));
    return declared;
  };
  const vectors = start.map((values, i): Vector => ({
    parameters: declare(`parameters${i}`, values),
    gradient: placeholder(graph, `gradient${i}`, [values.length]),
    weightDecay: decays[i] ?? 0,
    memory: (name) => declare(`${name}${i}`, new Array<number>(values.length).fill(0)),
  }));
  const learningRate = placeholder(graph, 'rate', []);
  const updates = optimizer(vectors, learningRate, declare('steps', [0]));
  const updated = afterUpdates(learningRate, updates, 'updated');
  const begun = afterUpdates(constant(graph, 1), initial, 'begun');
  const read = vectors.map(({ parameters }) => readVariable(parameters));
  const session = openSession(graph);
  try {
    session.run([], [begun]);
    for (let t = 0; t < 7; t++) {
      const slopes = vectors.map(({ gradient: tensor }, i) => {
        const values = Float32Array.from(start[i] ?? [], (_, k) => slope(t, 4 * i + k));
        return { tensor, shape: tensor.shape, values };
      });
      session.run(
        [...slopes, { tensor: learningRate, shape: [], values: Float32Array.of(rate(t)) }],
        [updated],
      );
    }
    return session.run([], read).flatMap((values) => [...values]);
  } finally {
    session.close();
  }
}

const momentum =
  (nesterov: boolean, limit = 0): Optimizer =>
  (vectors, learningRate) => {
    const slopes = vectors.map(({ gradient }) => gradient);
    const clipped = limit > 0 ? clipGlobalNorm(slopes, limit) : slopes;
    return vectors.map(({ parameters, gradient, weightDecay, memory }, i) =>
      momentumUpdate(parameters, memory('velocity'), clipped[i] ?? gradient, {
        learningRate,
        momentum: 0.9,
        nesterov,
        weightDecay,
      }),
    );
  };

const adam =
  (options: AdamOptions, decoupled: boolean): Optimizer =>
  (vectors, learningRate, steps) => {
    const step = adamStep(steps, learningRate, options);
    const updates = vectors.map(({ parameters, gradient, weightDecay, memory }) =>
      adamUpdate(
        { parameters, firstMoment: memory('first'), secondMoment: memory('second') },
        gradient,
        step,
        { weightDecay, decoupled },
      ),
    );
    return [...updates, step.counted];
  };

/**
 * PyTorch 2.15 in float64: the same two parameters as two groups of torch.optim's SGD, Adam or AdamW, the learning rate of each
 * group set before each of the seven steps, and torch.nn.utils.clip_grad_norm_ over both where there is a limit.
 */
const figures: readonly (readonly [string, Optimizer, readonly number[]])[] = [
  ['SGD', momentum(false), [0.98468881, -1.494280793, 0.661525571, 2.331780218, 0.265274462, -1.294300563]],
  [
    'SGD with Nesterov’s momentum',
    momentum(true),
    [0.976872716, -1.411635104, 0.560417234, 2.144450312, 0.263747016, -1.152370506],
  ],
  [
    'SGD with every gradient clipped',
    momentum(false, 0.5),
    [0.830791106, -1.57313291, 0.460327376, 2.365830308, 0.267841836, -0.876088375],
  ],
  [
    'SGD with some gradients clipped',
    momentum(false, 1.9),
    [0.951611495, -1.544677373, 0.643640923, 2.346407501, 0.312528293, -1.227279031],
  ],
  [
    'Adam with its default betas',
    adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, false),
    [1.070424254, -1.813165874, 0.667649397, 2.728408362, 0.215378049, -0.991760537],
  ],
  [
    'Adam with an epsilon that matters',
    adam({ beta1: 0.8, beta2: 0.95, epsilon: 0.1 }, false),
    [1.039563743, -1.839466684, 0.610138756, 2.765119806, 0.229098599, -0.933162909],
  ],
  [
    'AdamW with its default betas',
    adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, true),
    [1.069126041, -1.832241354, 0.664074619, 2.770514002, 0.215378049, -0.991760537],
  ],
  [
    'AdamW with an epsilon that matters',
    adam({ beta1: 0.5, beta2: 0.9, epsilon: 0.01 }, true),
    [0.990864797, -1.85364122, 0.536558909, 2.770227941, 0.233771149, -0.82537138],
  ],
];

describe('seven steps agree with PyTorch for', () => {
  it.each(figures)('%s', (_, optimizer, expected) => {
    const found = afterSevenSteps(optimizer);
    expect(found).toHaveLength(6);
    // Values of about one in float32 after seven sums.
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-6));
  });
});

it('a gradient that is not finite is not hidden by clipping', () => {
  const graph = newGraph();
  const clipped = clipGlobalNorm([constant(graph, [1, Infinity]), constant(graph, [2, 3])], 1);
  const session = openSession(graph);
  try {
    expect(session.run([], clipped).map((vector) => [...vector])).toEqual([
      [0, NaN],
      [0, 0],
    ]);
  } finally {
    session.close();
  }
});
