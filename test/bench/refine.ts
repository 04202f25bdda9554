/**
 * Does `refine` find a planted rule, and how often does it claim one in pure noise? Networks sampled from AnyNetX C and RegNetX, with skewed errors
 * whose spread hangs on depth and 1 % divergence; the claim of noise must stay at 5 % or below.
 *
 * Usage: tsx test/bench/refine.ts [--repetitions 200] [--networks 100] [--deals 1000] [--gain 0.04]
 */
import { obeys, type Constraint } from '@netspace/analysis/constraint';
import { refine } from '@netspace/analysis/refinement';
import { findSpace } from '@netspace/space/builtin';
import { shareInterval } from '@netspace/stats/share';
import { parseArgs } from 'node:util';
import { sampledMembers, withErrors } from '../../packages/analysis/test/planted.ts';

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '200' },
    networks: { type: 'string', default: '100' },
    deals: { type: 'string', default: '1000' },
    gain: { type: 'string', default: '0.04' },
  },
});
const [repetitions, networks, deals, gain] = [
  Number(values.repetitions),
  Number(values.networks),
  Number(values.deals),
  Number(values.gain),
];

const planted: Readonly<Record<string, Constraint>> = {
  'anynet-c': { kind: 'rule', rule: 'widths-do-not-decrease' },
  regnetx: { kind: 'range', of: 'network', dimension: 'widthMultiplier', low: 2.12 },
};

/** The same rule, or a cut of the same dimension from the same side. */
function isOf(found: Constraint | undefined, wanted: Constraint): boolean {
  if (found?.kind === 'rule') return wanted.kind === 'rule' && found.rule === wanted.rule;
  if (found?.kind !== 'range' || wanted.kind !== 'range') return false;
  return found.dimension === wanted.dimension && found.low !== undefined;
}

function print(what: string, hits: number): void {
  const { low, high } = shareInterval(hits, repetitions, 0.95);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${what.padEnd(66)} ${percent(hits / repetitions)} (95 % interval ${percent(low)} to ${percent(high)})`,
  );
}

for (const [name, constraint] of Object.entries(planted)) {
  const space = findSpace(name);
  const pool = sampledMembers(space, networks, 7);
  let [claimed, found] = [0, 0];
  for (let i = 0; i < repetitions; i++) {
    const noise = withErrors(pool, `${name} noise ${i}`);
    const improves = refine(noise, { space, seed: i, deals }).adopted.some(
      ({ verdict }) => verdict === 'improves',
    );
    if (improves) claimed++;
    const told = withErrors(pool, `${name} planted ${i}`, (member) => (obeys(member, constraint) ? gain : 0));
    const [first] = refine(told, { space, seed: i, deals }).adopted;
    if (first?.verdict === 'improves' && isOf(first.constraint, constraint)) found++;
    if ((i + 1) % 20 === 0)
      console.error(`${name}: ${i + 1} of ${repetitions}, ${claimed} claimed, ${found} found`);
  }
  print(`${name}, ${networks} networks of pure noise: an improvement is claimed in`, claimed);
  print(`${name}, ${gain} of error planted: found first in`, found);
}
