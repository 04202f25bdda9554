/** The nodes of the recipe's optimizer. */
import { adamStep, adamUpdate } from '@netspace/tensorflow/adam';
import { clipGlobalNorm } from '@netspace/tensorflow/clipping';
import type { Tensor } from '@netspace/tensorflow/graph';
import { momentumUpdate } from '@netspace/tensorflow/optimizer';
import { variableOf, type GraphPlan } from './graph-plan.ts';
import { parameterGroups, type ParameterGroup } from './parameters.ts';
import type { Recipe } from './recipe.ts';

interface GroupGradient {
  readonly group: ParameterGroup;
  readonly gradient: Tensor;
}

/** Names of the updates. Gradients are clipped before any decay is added to them, as where PyTorch's optimizers add it. */
export function addUpdates(plan: GraphPlan, gradients: readonly Tensor[], learningRate: Tensor): string[] {
  const { clipNorm, optimizer } = plan.recipe;
  const clipped = clipNorm > 0 ? clipGlobalNorm(gradients, clipNorm) : gradients;
  const byGroup = clipped.map((gradient, i) => ({ group: parameterGroups[i] ?? 'weights', gradient }));
  return optimizer === 'sgd'
    ? addMomentum(plan, byGroup, learningRate)
    : addAdam(plan, byGroup, learningRate);
}

function addMomentum(plan: GraphPlan, byGroup: readonly GroupGradient[], learningRate: Tensor): string[] {
  const { momentum, nesterov } = plan.recipe;
  return byGroup.map(({ group, gradient }) =>
    momentumUpdate(variableOf(plan, group), variableOf(plan, `${group}Velocity`), gradient, {
      learningRate,
      momentum,
      nesterov,
      weightDecay: decayOf(group, plan.recipe),
    }),
  );
}

function addAdam(plan: GraphPlan, byGroup: readonly GroupGradient[], learningRate: Tensor): string[] {
  const { recipe } = plan;
  const step = adamStep(variableOf(plan, 'steps'), learningRate, recipe);
  const updates = byGroup.map(({ group, gradient }) => {
    const variables = {
      parameters: variableOf(plan, group),
      firstMoment: variableOf(plan, `${group}FirstMoment`),
      secondMoment: variableOf(plan, `${group}SecondMoment`),
    };
    const decay = { weightDecay: decayOf(group, recipe), decoupled: recipe.optimizer === 'adamw' };
    return adamUpdate(variables, gradient, step, decay);
  });
  return [...updates, step.counted];
}

function decayOf(group: ParameterGroup, recipe: Recipe): number {
  if (group === 'weights') return recipe.weightDecay;
  return group === 'biases' ? recipe.biasWeightDecay : recipe.batchNormWeightDecay;
}
