/** The numbers that describe a network, its generator and its recipe: one value each, by name. */
import type { WidthFit } from '@netspace/network/fit';
import { networkDepth, sharedBottleneckRatio, sharedGroupWidth } from '@netspace/network/shared-parameters';
import type { Trial } from '@netspace/population/trial';

/**
 * depth of the whole network in blocks; bottleneckRatio and groupWidth where all stages share them; flops, params, activations;
 * initialWidth, widthSlope, widthMultiplier of the generator, or of the nearest fit for a network that came without one;
 * fitError; and every number of the recipe under its own key. `fit` is called when a value that hangs on it is asked for.
 */
export function parametersOf(
  trial: Trial,
  complexity: { readonly flops: number; readonly params: number; readonly activations: number },
  fit: () => WidthFit,
): Record<string, number> {
  const { network, generator } = trial;
  const bottleneckRatio = sharedBottleneckRatio(network);
  const groupWidth = sharedGroupWidth(network);
  const own = {
    depth: networkDepth(network),
    ...(bottleneckRatio === undefined ? {} : { bottleneckRatio }),
    ...(groupWidth === undefined ? {} : { groupWidth }),
    flops: complexity.flops,
    params: complexity.params,
    activations: complexity.activations,
    get initialWidth() {
      return generator?.['initialWidth'] ?? fit().initialWidth;
    },
    get widthSlope() {
      return generator?.['widthSlope'] ?? fit().widthSlope;
    },
    get widthMultiplier() {
      return generator?.['widthMultiplier'] ?? fit().widthMultiplier;
    },
    get fitError() {
      return fit().fitError;
    },
  };
  // A recipe's key never hides a parameter of the network.
  const recipe = Object.entries(numbersOf(trial.recipe ?? {})).filter(([key]) => !Object.hasOwn(own, key));
  return Object.assign(own, Object.fromEntries(recipe));
}

function numbersOf(recipe: Readonly<Record<string, number | string | boolean>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(recipe).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
