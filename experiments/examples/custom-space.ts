/** A space of one's own, with a rule that is a function. It can be sampled, checked, counted and swept. Usage: npx tsx custom-space.ts */
import { findModel } from '@netspace/network/zoo';
import { checkMembership } from '@netspace/space/membership';
import { sampleNetworks } from '@netspace/space/sample';
import { narrowSpace, readSpace } from '@netspace/space/space';

const base = readSpace(
  { name: 'mine', extends: 'anynet-d', dimensions: { groupWidth: [8, 16], bottleneckRatio: [1, 2] } },
  'custom-space.ts',
);
const space = narrowSpace(base, {
  name: 'third-stage-is-deepest',
  sentence: 'The third stage has more than half of all blocks.',
  broken: ({ stages }) => {
    const total = stages.reduce((sum, { depth }) => sum + depth, 0);
    const third = stages[2]?.depth ?? 0;
    return third > total / 2 ? undefined : `the third stage has ${third} of ${total} blocks`;
  },
});

const input = { resolution: 224, channels: 3, classes: 1000 };
const window = { flops: { low: 1e9, high: 4e9 } };
for (const { network } of sampleNetworks(space, { count: 3, seed: 1, input, window }).networks)
  console.log(network.stages.map(({ depth, width }) => `${depth} x ${width}`).join(', '));

for (const { rule, message } of checkMembership(findModel('ResNet-50').network, space).violations)
  console.log(`ResNet-50 breaks ${rule}: ${message}`);
