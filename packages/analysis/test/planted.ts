/**
 * Populations of which the truth is known: networks really sampled from a space, with errors shaped as those of short trainings are: skewed to the right,
 * with a spread that hangs on depth, and a few networks that diverge. What a constraint is worth is planted.
 */
import { measureTrials, type Measurement } from '@netspace/analysis/measurement';
import type { InputShape } from '@netspace/network/network';
import { random, type Random } from '@netspace/stats/random';
import { sampleNetworks } from '@netspace/space/sample';
import type { Space } from '@netspace/space/space';

const input: InputShape = { resolution: 32, channels: 3, classes: 10 };

/** Sampled networks without a result worth the name: errors are drawn by `withErrors`. */
export function sampledMembers(space: Space, count: number, seed: number | string): Measurement[] {
  const { networks } = sampleNetworks(space, { count, seed, input });
  const trials = networks.map(({ network, generator, complexity }) => ({
    space: space.name,
    network,
    ...(generator !== undefined && { generator }),
    ...complexity,
    status: 'completed' as const,
    error: 0.5,
  }));
  return [...measureTrials(trials, input).measured];
}

/** `gain` is by how much a network's expected error is lower than the others'; `diverging` the share that ends with error 1. */
export function withErrors(
  members: readonly Measurement[],
  seed: number | string,
  gain: (member: Measurement) => number = () => 0,
  diverging = 0.01,
): Measurement[] {
  const stream = random(seed);
  return members.map((member) => {
    if (stream.next() < diverging) return { ...member, status: 'diverged' as const, error: 1 };
    return { ...member, error: skewedError(member, stream) - gain(member) };
  });
}

/** Mean 0.25; a lognormal tail of which shallow networks have more. */
function skewedError({ network }: Measurement, stream: Random): number {
  const depth = network.stages.reduce((sum, stage) => sum + stage.depth, 0);
  const spread = 0.015 + 0.2 / (depth + 4);
  return 0.25 + spread * (Math.exp(0.7 * stream.normal()) - Math.exp(0.245));
}
