/** Populations whose truth is known: errors are drawn, networks and complexity are real. */
import { countComplexity } from '@netspace/network/complexity';
import type { Trial } from '@netspace/population/trial';
import { sampleNetworks } from '@netspace/space/sample';
import { parseSpace } from '@netspace/space/space';
import { random, type Random } from '@netspace/stats/random';

export const input = { resolution: 28, channels: 1, classes: 10 };

export function normal(stream: Random): number {
  return Math.sqrt(-2 * Math.log(1 - stream.next())) * Math.cos(2 * Math.PI * stream.next());
}

export function normals(stream: Random, n: number, centre: number, spread: number): number[] {
  return Array.from({ length: n }, () => centre + spread * normal(stream));
}

/** Networks of a small space, with normal errors. */
export function trialsOf(space: string, n: number, centre: number, spread = 0.012): Trial[] {
  const { networks } = sampleNetworks(
    parseSpace('extends: anynet-c\ndimensions: { depth: [1, 2, 3] }', 'small'),
    {
      count: n,
      seed: space,
      input,
    },
  );
  const errors = normals(random(space), n, centre, spread);
  return networks.map(({ network }, i) => ({
    space,
    network,
    status: 'completed',
    error: errors[i] ?? NaN,
    ...countComplexity(network, input),
    // Found here it would take longer than all else.
    fit: { fitError: 0.1 + 0.01 * (i % 7), depth: 8, initialWidth: 24, widthSlope: 16, widthMultiplier: 2 },
    curve: [{ epoch: 1, seconds: 3 }],
  }));
}
