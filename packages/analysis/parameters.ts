/** The numbers that describe a network, its generator and its recipe: one value each, by name. */
import type { WidthFit } from '@netspace/network/fit';
import { networkDepth, sharedBottleneckRatio, sharedGroupWidth } from '@netspace/network/shared-parameters';
import type { Trial } from '@netspace/population/trial';

/**
 * depth of the whole network in blocks; bottleneckRatio and groupWidth where all stages share them; flops, params, activations;
 * initialWidth, widthSlope, widthMultiplier of the generator, or of the nearest fit for a network that came without one;
 * fitError; and every number of the recipe under its own key. `fit` is called when a value that hangs on it is asked for, which is at once where the
 * trial came with its fit.
 */
export function parametersOf(
  trial: Trial,
  complexity: { readonly flops: number; readonly params: number; readonly activations: number },
  fit: () => WidthFit,
): Record<string, number> {
  const { network, generator, recipe = {} } = trial;
  const parameters: Record<string, number> = { depth: networkDepth(network) };
  const bottleneckRatio = sharedBottleneckRatio(network);
  const groupWidth = sharedGroupWidth(network);
  if (bottleneckRatio !== undefined) parameters['bottleneckRatio'] = bottleneckRatio;
  if (groupWidth !== undefined) parameters['groupWidth'] = groupWidth;
  parameters['flops'] = complexity.flops;
  parameters['params'] = complexity.params;
  parameters['activations'] = complexity.activations;
  // A trial may also find its fit when asked.
  const isThere = Object.getOwnPropertyDescriptor(trial, 'fit')?.value !== undefined;
  for (const key of fitKeys) {
    const value = (): number => (key === 'fitError' ? undefined : generator?.[key]) ?? fit()[key];
    // Plain values are read ten times as fast.
    if (isThere) parameters[key] = value();
    else Object.defineProperty(parameters, key, { get: value, enumerable: true });
  }
  // A recipe's key never hides a parameter of the network.
  for (const [key, value] of Object.entries(recipe))
    if (typeof value === 'number' && !Object.hasOwn(parameters, key)) parameters[key] = value;
  return parameters;
}

const fitKeys = ['initialWidth', 'widthSlope', 'widthMultiplier', 'fitError'] as const;
