/**
 * Whether a network belongs to a space, however it came about, and which rules it breaks, with the stage and the numbers.
 *
 * What is drawn for a stage passes through the adjustment of widths to groups, so a network is a member if some point of the space
 * makes it: width 104 is reached from 100 with groups of 8, and group width 8 of an inner width of 8 from any group width above.
 * A space whose points are a part of another's is then a part of it, and every sample is a member.
 */
import type { Network } from '@netspace/network/network';
import { anyNetViolations } from './anynet-membership.ts';
import { predicatesOf } from './rule.ts';
import { brokenPredicates, type Violation } from './violation.ts';
import { regNetViolations } from './regnet-membership.ts';
import type { Space } from './space.ts';
import { strideOf } from './stages.ts';

export type { Violation } from './violation.ts';

export interface Membership {
  readonly member: boolean;
  /** Empty for a member. */
  readonly violations: readonly Violation[];
}

export function checkMembership(network: Network, space: Space): Membership {
  return membershipOf(space)(network);
}

/** The same for many networks: the tables of the space are made once. */
export function membershipOf(space: Space): (network: Network) => Membership {
  const check = space.generator === 'anynet' ? anyNetViolations(space) : regNetViolations(space);
  const predicates = predicatesOf(space.rules);
  return (network) => {
    const fixed = fixedViolations(network, space);
    // Stages of another block mean something else: their numbers would be held against the wrong dimensions.
    const violations = fixed.some(({ rule }) => rule === 'stages' || rule === 'block')
      ? fixed
      : [...fixed, ...check(network), ...brokenPredicates(network, predicates)];
    return { member: violations.length === 0, violations };
  };
}

/** Parts that all networks of a space have in common. */
function fixedViolations(network: Network, space: Space): Violation[] {
  const violations: Violation[] = [];
  const expect = (rule: string, what: string, found: string | number, wanted: string | number) => {
    if (found !== wanted)
      violations.push({ rule, message: `the ${what} is ${found}; the space has ${wanted}` });
  };
  const { low, high } = space.stages;
  const count = network.stages.length;
  if (count < low || count > high)
    violations.push({
      rule: 'stages',
      message: `the network has ${count} stages; the space has ${low === high ? low : `${low} to ${high}`}`,
    });
  expect('block', 'block', network.block, space.block);
  expect(
    'stem',
    'stem',
    `${network.stem.kind} of ${network.stem.width}`,
    `${space.stem.kind} of ${space.stem.width}`,
  );
  expect('seRatio', 'squeeze-and-excitation ratio', network.seRatio, space.seRatio);
  expect('head', 'width of the head', network.head.width, space.head.width);
  expect('activation', 'activation', network.activation, space.activation);
  network.stages.forEach(({ stride }, i) => {
    if (stride !== strideOf(space, i))
      violations.push({
        rule: 'strides',
        message: `stage ${i + 1}: stride ${stride}; the space has ${strideOf(space, i)}`,
      });
  });
  return violations;
}
