import { findSpace } from '@netspace/space/builtin';
import { narrowSpace } from '@netspace/space/space';
import { describe, expect, it } from 'vitest';
import { declarePlan, type PlanDeclaration } from '../declared-plan.ts';
import { planHash } from '../plan-hash.ts';
import { parsePlan } from '../plan.ts';
import { planTrials } from '../trials.ts';

const input = { resolution: 28, channels: 1, classes: 10 };
const declaration = {
  name: 'declared',
  seed: 3,
  spaces: [{ space: 'regnetx', networks: 6, window: { flops: '5M:20M' } }],
  data: 'fashion-mnist-12k',
  recipe: { epochs: 2, batchSize: [32, 64], learningRate: { kind: 'uniform', low: 0.1, high: 0.2 } },
} satisfies PlanDeclaration;

const shallow = (most: number, sentence = `At most ${most} blocks.`) =>
  narrowSpace(findSpace('regnetx'), {
    name: 'shallow',
    sentence,
    broken: ({ stages }) => {
      const depth = stages.reduce((sum, stage) => sum + stage.depth, 0);
      return depth <= most ? undefined : `it has ${depth} blocks`;
    },
  });

const withSpace = (space: PlanDeclaration['spaces'][number]['space']): PlanDeclaration => ({
  ...declaration,
  spaces: [{ space, networks: 6, window: { flops: '5M:20M' } }],
});

describe('a plan declared by a program', () => {
  it('is the plan of a file that says the same', () => {
    const file = parsePlan(
      `name: declared
seed: 3
spaces: [{ space: regnetx, networks: 6, window: { flops: 5M:20M } }]
data: fashion-mnist-12k
recipe: { epochs: 2, batchSize: [32, 64], learningRate: { kind: uniform, low: 0.1, high: 0.2 } }
`,
      'plan.yaml',
    );
    const declared = declarePlan(declaration);
    expect(planHash(declared.sweep)).toBe(planHash(file.sweep));
    expect(planTrials(declared, input)).toEqual(planTrials(file, input));
  });

  it('says where a mistake is', () => {
    const wrong = { ...declaration, recipe: { epoch: 2 } };
    expect(() => declarePlan(wrong)).toThrow(
      /^declared:\d+:\d+: recipe: unknown key "epoch"; did you mean "epochs"/,
    );
  });

  it('samples by a rule that is a function, and else as without it', () => {
    const networks = (most: number) => planTrials(declarePlan(withSpace(shallow(most))), input).trials;
    const depths = networks(14).map(({ network }) =>
      network.stages.reduce((sum, { depth }) => sum + depth, 0),
    );
    expect(Math.max(...depths)).toBeLessThanOrEqual(14);
    const free = planTrials(declarePlan(withSpace('regnetx')), input).trials;
    expect(Math.max(...free.map(({ network }) => network.stages.length))).toBe(4);
    expect(networks(1000).map(({ network }) => network)).toEqual(free.map(({ network }) => network));
  });

  it('is another sweep with another rule, and the same with the same', () => {
    const hash = (space: PlanDeclaration['spaces'][number]['space']) =>
      planHash(declarePlan(withSpace(space)).sweep);
    expect(hash(shallow(14))).toBe(hash(shallow(14)));
    expect(hash(shallow(14))).not.toBe(hash(shallow(15)));
    expect(hash(shallow(14))).not.toBe(hash(findSpace('regnetx')));
  });
});

describe('a dimension of the recipe of one’s own', () => {
  const own: PlanDeclaration = {
    ...declaration,
    ownDimensions: {
      rate: (stream, { batchSize }) => ({ learningRate: (batchSize / 320) * (1 + stream.next()) }),
    },
  };

  it('is drawn from what was drawn before it, the same every time', () => {
    const { trials } = planTrials(declarePlan(own), input);
    expect(planTrials(declarePlan(own), input).trials).toEqual(trials);
    for (const { recipe } of trials) {
      const share = Number(recipe?.['learningRate']) / (Number(recipe?.['batchSize']) / 320);
      expect(share).toBeGreaterThanOrEqual(1);
      expect(share).toBeLessThan(2);
    }
    expect(new Set(trials.map(({ recipe }) => recipe?.['learningRate'])).size).toBe(trials.length);
  });

  it('moves no draw of another key', () => {
    const sizes = (plan: PlanDeclaration) =>
      planTrials(declarePlan(plan), input).trials.map(({ recipe }) => recipe?.['batchSize']);
    expect(sizes(own)).toEqual(sizes(declaration));
  });

  it('must make a recipe that may be', () => {
    const wrong = { ...declaration, ownDimensions: { bad: () => ({ momentum: 2 }) } };
    expect(() => planTrials(declarePlan(wrong), input)).toThrow(/of the dimension bad: momentum/);
  });
});
