/** The numbers that describe a network, its generator and its recipe: one value each, by name. */
import { innerWidth } from '@netspace/network/compatibility';
import type { WidthFit } from '@netspace/network/fit';
import type { Network } from '@netspace/network/network';
import type { Trial } from '@netspace/population/trial';

/**
 * depth of the whole network in blocks; bottleneckRatio and groupWidth where all stages share them; flops, params, activations;
 * initialWidth, widthSlope, widthMultiplier of the generator, or of the nearest fit for a network that came without one;
 * fitError; and every number of the recipe under its own key.
 */
export function parametersOf(
  trial: Trial,
  complexity: { readonly flops: number; readonly params: number; readonly activations: number },
  fit: WidthFit,
): Record<string, number> {
  const { network, generator } = trial;
  const bottleneckRatio = sharedBottleneckRatio(network);
  const groupWidth = sharedGroupWidth(network);
  const own = {
    depth: network.stages.reduce((sum, stage) => sum + stage.depth, 0),
    ...(bottleneckRatio === undefined ? {} : { bottleneckRatio }),
    ...(groupWidth === undefined ? {} : { groupWidth }),
    flops: complexity.flops,
    params: complexity.params,
    activations: complexity.activations,
    initialWidth: generator?.['initialWidth'] ?? fit.initialWidth,
    widthSlope: generator?.['widthSlope'] ?? fit.widthSlope,
    widthMultiplier: generator?.['widthMultiplier'] ?? fit.widthMultiplier,
    fitError: fit.fitError,
  };
  // A recipe's key never hides a parameter of the network.
  return { ...own, ...numbersOf(trial.recipe ?? {}), ...own };
}

/** The b of all stages; undefined where they differ. */
function sharedBottleneckRatio(network: Network): number | undefined {
  const [first] = network.stages;
  return network.stages.every((stage) => stage.bottleneckRatio === first?.bottleneckRatio)
    ? first?.bottleneckRatio
    : undefined;
}

/** The g of all stages, but for those too narrow for it, where it was cut to one group; undefined where they differ otherwise. */
function sharedGroupWidth(network: Network): number | undefined {
  const widest = Math.max(...network.stages.map((stage) => stage.groupWidth));
  const shares = network.stages.every(
    (stage) => stage.groupWidth === widest || stage.groupWidth === innerWidth(stage),
  );
  return shares ? widest : undefined;
}

function numbersOf(recipe: Readonly<Record<string, number | string | boolean>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(recipe).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
