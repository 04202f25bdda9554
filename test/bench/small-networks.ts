/** Networks of 1 to 3 MFLOPs on Fashion-MNIST's images: small enough that hundreds are begun, or some trained whole, in one bench. */
import type { Network } from '@netspace/network/network';
import { sampleNetworks } from '@netspace/space/sample';
import { parseSpace } from '@netspace/space/space';
import { benchInput } from './sampled-networks.ts';

const base = 'stem: { kind: cifar, width: 8 }\nstrides: [1, 2, 2, 2]\n';

/** From AnyNetX C, by seed. */
export function sampleSmallNetworks(count: number, seed: string): Network[] {
  const space = parseSpace(`name: tiny-anynet-c\nextends: anynet-c\n${base}`, 'tiny-anynet-c');
  const window = { flops: { low: 1e6, high: 3e6 } };
  return sampleNetworks(space, { count, seed, input: benchInput, window }).networks.map(
    ({ network }) => network,
  );
}
