/** The networks that the speed of training is measured on: eight of two spaces, 4 to 20 MFLOPs on Fashion-MNIST's images. */
import type { InputShape, Network } from '@netspace/network/network';
import { sampleNetworks } from '@netspace/space/sample';
import { parseSpace } from '@netspace/space/space';

export const benchInput: InputShape = { resolution: 28, channels: 1, classes: 10 };

const small = 'stem: { kind: cifar, width: 16 }\nstrides: [1, 2, 2, 2]\n';

/** Half from AnyNetX C, half from RegNetX, by seed. */
export function sampleBenchNetworks(count: number, seed: string): Network[] {
  return ['anynet-c', 'regnetx'].flatMap((base) => {
    const space = parseSpace(`name: small-${base}\nextends: ${base}\n${small}`, base);
    const window = { flops: { low: 4e6, high: 20e6 } };
    return sampleNetworks(space, { count: count / 2, seed, input: benchInput, window }).networks.map(
      ({ network }) => network,
    );
  });
}
