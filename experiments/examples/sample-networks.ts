/** Samples networks of a design space inside a window of flops. Usage: npx tsx sample-networks.ts */
import { formatQuantity } from '@netspace/network/quantity';
import { findSpace } from '@netspace/space/builtin';
import { checkMembership } from '@netspace/space/membership';
import { sampleNetworks } from '@netspace/space/sample';

const input = { resolution: 224, channels: 3, classes: 1000 };
const window = { flops: { low: 360e6, high: 400e6 } };
const { networks, acceptance } = sampleNetworks(findSpace('regnetx'), { count: 5, seed: 1, input, window });

for (const { network, complexity } of networks) {
  const stages = network.stages.map(({ depth, width }) => `${depth} x ${width}`).join(', ');
  const { member } = checkMembership(network, findSpace('anynet-e'));
  console.log(
    `${formatQuantity(complexity.flops)} flops: ${stages}${member ? ', of AnyNetX E as well' : ''}`,
  );
}
console.log(`${(100 * acceptance).toFixed(1)} % of what was drawn lies in the window`);
