/** Compares two spaces by the errors of their networks, here numbers of one's own. Usage: npx tsx compare-spaces.ts */
import { compareSpaces } from '@netspace/analysis/comparison';
import { expectedBests } from '@netspace/analysis/expected-best';
import { random } from '@netspace/stats/random';

const wide = [0.112, 0.118, 0.125, 0.131, 0.134, 0.142, 0.147, 0.155, 0.171, 0.204];
const narrow = [0.108, 0.11, 0.113, 0.117, 0.119, 0.121, 0.126, 0.129, 0.133, 0.141];

const { headline, detail, ks, superiority } = compareSpaces(
  { name: 'wide', completed: wide, failed: 0 },
  { name: 'narrow', completed: narrow, failed: 0 },
  random('compare'),
);
console.log(`${headline}: ${detail}`);
console.log(`KS statistic ${ks.statistic.toFixed(3)}, p ${ks.p.toFixed(4)}`);
const { estimate, low, high } = superiority;
console.log(
  `a wide one beats a narrow one with probability ${[estimate, low, high].map((x) => x.toFixed(2)).join(', ')}`,
);
const best = expectedBests(narrow).at(-1);
if (best)
  console.log(`the best of ${best.draws} narrow ones has an error of ${(100 * best.estimate).toFixed(1)} %`);
