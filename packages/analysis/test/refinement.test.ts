import { describe, expect, it } from 'vitest';
import { candidateSplits, obeys, type Constraint } from '@netspace/analysis/constraint';
import { refineSpace } from '@netspace/analysis/refined-space';
import { refine } from '@netspace/analysis/refinement';
import { findSpace } from '@netspace/space/builtin';
import { membershipOf } from '@netspace/space/membership';
import { countSpace } from '@netspace/space/size';
import { readSpace } from '@netspace/space/space';
import { sampledMembers, withErrors } from './planted.ts';

const anyNet = findSpace('anynet-c');
const regNet = findSpace('regnetx');
const anyNets = sampledMembers(anyNet, 300, 1);
const regNets = sampledMembers(regNet, 200, 1);
const increasing: Constraint = { kind: 'rule', rule: 'widths-do-not-decrease' };
const steep: Constraint = { kind: 'range', of: 'network', dimension: 'widthMultiplier', low: 2.2 };

describe('a refinement', () => {
  it('finds the rule that was planted, first of all, and the space that has it', () => {
    const members = withErrors(anyNets, 'rule', (member) => (obeys(member, increasing) ? 0.04 : 0));
    const { candidates, adopted, tested } = refine(members, { space: anyNet, deals: 500 });
    expect(tested).toBeGreaterThan(20);
    expect(candidates[0]).toMatchObject({ constraint: increasing, verdict: 'improves' });
    expect(candidates[0]?.meanDifference?.low).toBeLessThan(-0.04);
    expect(candidates[0]?.meanDifference?.high).toBeGreaterThan(-0.04);
    expect(adopted[0]?.constraint).toEqual(increasing);
    // Its contrary is the worse for it.
    const contrary = candidates.find(
      ({ constraint }) => constraint.kind === 'rule' && constraint.rule === 'widths-do-not-increase',
    );
    expect(['hurts', 'cannot tell yet']).toContain(contrary?.verdict);
    const declared = refineSpace(anyNet, [increasing]);
    expect(declared).toMatchObject({ extends: 'anynet-c', rules: ['widths-do-not-decrease'] });
    expect(countSpace(readSpace(declared, 'refined')).points).toBe(countSpace(findSpace('anynet-d')).points);
  });

  it('finds the range that was planted in a regnet, by a cut near its end', () => {
    const members = withErrors(regNets, 'cut', (member) => (obeys(member, steep) ? 0.04 : 0));
    const { candidates } = refine(members, { space: regNet, deals: 500 });
    const [first] = candidates;
    expect(first?.verdict).toBe('improves');
    expect(first?.constraint).toMatchObject({ kind: 'range', dimension: 'widthMultiplier' });
    // The nearest quartiles of what the population shows lie up to half a step off.
    const { low = 0 } = first?.constraint.kind === 'range' ? first.constraint : {};
    expect(Math.abs(low - 2.2)).toBeLessThan(0.5);
  });

  it('finds it although networks diverged, whose errors hide it in the mean of all; and says so of those that completed', () => {
    const diverging = 0.03;
    const members = withErrors(
      regNets,
      'diverging',
      (member) => (obeys(member, steep) ? 0.04 : 0),
      diverging,
    );
    const [first] = refine(members, { space: regNet, deals: 500 }).candidates;
    expect(first).toMatchObject({ verdict: 'improves', constraint: { dimension: 'widthMultiplier' } });
    expect(first?.meanDifference?.high).toBeGreaterThan(0);
    expect(first?.completedDifference?.high).toBeLessThan(0);
    expect(first?.p).toBeLessThan(0.05);
    const whole = members.filter(({ status }) => status === 'completed');
    const [alone] = refine(whole, { space: regNet, deals: 500 }).candidates;
    expect(alone?.completedDifference).toBeNull();
  });

  it('claims an improvement of pure noise in about 5 of 100 populations at most', () => {
    const pools = [anyNets.slice(0, 100), regNets.slice(0, 100)];
    let claimed = 0;
    for (let i = 0; i < 80; i++) {
      const members = withErrors(pools[i % 2] ?? [], `noise ${i}`);
      const { adopted } = refine(members, { deals: 200, seed: i });
      if (adopted.some(({ verdict }) => verdict === 'improves')) claimed++;
    }
    // 4 are expected at most; 10 or more of 80 come by chance once in 200 times.
    expect(claimed).toBeLessThan(10);
  }, 120_000);

  it('calls a constraint simple without loss where the population is large enough to know, and not before', () => {
    const of = (count: number): string | undefined => {
      const members = withErrors(anyNets.slice(0, count), 'simple', () => 0, 0);
      const { candidates } = refine(members, { space: anyNet, deals: 300, margin: 0.012 });
      return candidates.find(
        ({ constraint }) => constraint.kind === 'range' && constraint.dimension === 'bottleneckRatio',
      )?.verdict;
    };
    expect(of(50)).toBe('cannot tell yet');
    expect(of(300)).toBe('simplifies without loss');
  }, 60_000);

  it('says how many networks would tell, and so many do, mostly', () => {
    const weak = withErrors(
      anyNets.slice(0, 60),
      'weak',
      (member) => (obeys(member, increasing) ? 0.012 : 0),
      0,
    );
    const open = refine(weak, { space: anyNet, deals: 300 }).candidates.filter(
      ({ verdict }) => verdict === 'cannot tell yet',
    );
    expect(open.length).toBeGreaterThan(0);
    for (const { networksNeeded, inside, outside } of open)
      if (networksNeeded !== null) expect(networksNeeded).toBeGreaterThan(inside + outside);
  });

  it('tests nothing where a side has fewer than five networks, and says so', () => {
    const { candidates, tested } = refine(withErrors(anyNets.slice(0, 8), 'few'), { space: anyNet });
    expect(candidates.filter(({ p }) => p !== null).length).toBeLessThanOrEqual(2 * tested);
    expect(refine([], {}).candidates).toEqual([]);
  });
});

describe('a constraint', () => {
  it.each([
    ['anynet-a', findSpace('anynet-a'), sampledMembers(findSpace('anynet-a'), 120, 5)],
    ['anynet-c', anyNet, anyNets.slice(0, 120)],
    ['regnetx', regNet, regNets.slice(0, 60)],
  ])(
    'of %s is obeyed by members alone of the space that declares it, and by all of them where points make one network each',
    (_name, space, members) => {
      const splits = candidateSplits(members, space.generator, space);
      const constraints = splits.flatMap(({ constraint, opposite }) => [
        constraint,
        ...(opposite ? [opposite] : []),
      ]);
      let checked = 0;
      for (const constraint of constraints) {
        const declared = refineSpace(space, [constraint]);
        if (declared === null || concerns(constraint, 'width')) continue;
        const check = membershipOf(readSpace(declared, 'refined'));
        for (const member of members) {
          const [inside, isMember] = [obeys(member, constraint), check(member.network).member];
          // Several (w0, wa, wm) make one network, and one of them may lie inside.
          if (inside || !concerns(constraint, 'initialWidth', 'widthSlope', 'widthMultiplier'))
            expect([constraint, member.network, isMember]).toEqual([constraint, member.network, inside]);
          checked++;
        }
      }
      expect(checked).toBeGreaterThan(500);
    },
    60_000,
  );
});

/** A width that was made to fit its groups may have been drawn on either side of a cut, or in another order. */
function concerns(constraint: Constraint, ...names: string[]): boolean {
  if (constraint.kind === 'range') return names.includes(constraint.dimension);
  return constraint.kind === 'rule' && names.includes('width') && constraint.rule.startsWith('widths');
}
