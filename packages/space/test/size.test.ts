import { quantizeWidths } from '@netspace/network/quantize';
import { networkKey } from '@netspace/network/interchange';
import * as fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findSpace } from '../builtin.ts';
import { valuesOf } from '../dimensions.ts';
import { countSpace } from '../size.ts';
import { narrowSpace, parseSpace, readSpace, type Space } from '../space.ts';
import { makeStage, networkOf } from '../stages.ts';

const goldens = new URL('../../../../shared/goldens/counts.json', import.meta.url);

/** Points and distinct networks of a small RegNet space, one by one. */
function enumerateRegNets(space: Space): { points: bigint; networks: bigint } {
  const values = (name: Parameters<typeof valuesOf>[1]) => valuesOf(space.dimensions, name).values;
  const holds = (name: string) => space.rules.some((rule) => rule.name === name);
  const found = new Set<string>();
  let points = 0n;
  for (const depth of values('depth'))
    for (const initialWidth of values('initialWidth'))
      for (const widthSlope of values('widthSlope'))
        for (const widthMultiplier of values('widthMultiplier')) {
          if (holds('slope-is-initial-width') && widthSlope !== initialWidth) continue;
          const made = quantizeWidths({ depth, initialWidth, widthSlope, widthMultiplier });
          const { stages } = made;
          if (!made.regular || stages.length < space.stages.low || stages.length > space.stages.high)
            continue;
          const depths = stages.map((stage) => stage.depth);
          const ordered = depths.every((each, i) => i === 0 || each >= (depths[i - 1] ?? 0));
          if (holds('depths-do-not-decrease') && !ordered) continue;
          for (const bottleneckRatio of values('bottleneckRatio'))
            for (const group of values('groupWidth')) {
              points++;
              const drawn = stages.map((stage, i) =>
                makeStage(space, { ...stage, bottleneckRatio, group }, i),
              );
              found.add(networkKey(networkOf(space, drawn)));
            }
        }
  return { points, networks: BigInt(found.size) };
}

/** Points and distinct networks of an anynet of two stages, one by one. */
function enumerateAnyNets(space: Space): { points: bigint; networks: bigint } {
  const stages = ['depth', 'width', 'bottleneckRatio', 'groupWidth'] as const;
  const values = stages.map((name) => valuesOf(space.dimensions, name).values);
  const one = values.reduce<number[][]>(
    (made, list) => made.flatMap((start) => list.map((value) => [...start, value])),
    [[]],
  );
  const holds = (name: string) => space.rules.some((rule) => rule.name === name);
  const found = new Set<string>();
  let points = 0n;
  for (const a of one)
    for (const b of one) {
      if (holds('shared-bottleneck-ratio') && a[2] !== b[2]) continue;
      if (holds('shared-group-width') && a[3] !== b[3]) continue;
      if (holds('widths-do-not-decrease') && (b[1] ?? 0) < (a[1] ?? 0)) continue;
      if (holds('widths-do-not-increase') && (b[1] ?? 0) > (a[1] ?? 0)) continue;
      if (holds('depths-do-not-decrease') && (b[0] ?? 0) < (a[0] ?? 0)) continue;
      points++;
      const drawn = [a, b].map(([depth = 0, width = 0, bottleneckRatio = 0, group = 0], i) =>
        makeStage(space, { depth, width, bottleneckRatio, group }, i),
      );
      found.add(networkKey(networkOf(space, drawn)));
    }
  return { points, networks: BigInt(found.size) };
}

describe('the size of a space', () => {
  // [DNDS] Table 1 to its two digits, but with ties of widths and depths counted.
  it.each([
    ['anynet-a', 16, (16n * 128n * 3n * 6n) ** 4n],
    ['anynet-b', 13, (16n * 128n * 6n) ** 4n * 3n],
    ['anynet-c', 10, (16n * 128n) ** 4n * 18n],
    ['anynet-d', 10, 16n ** 4n * 11_716_640n * 18n],
    ['anynet-e', 10, 3876n * 11_716_640n * 18n],
  ])('of %s is exact', (name, dimensions, points) => {
    expect(countSpace(findSpace(name))).toMatchObject({ dimensions, points });
  });

  it.skipIf(!existsSync(goldens))('agrees with the golden counts (skipped without them)', () => {
    const counts = JSON.parse(readFileSync(goldens, 'utf8')) as Record<
      string,
      { dim: number; exact?: string }
    >;
    for (const letter of ['A', 'B', 'C', 'D', 'E']) {
      const { dimensions, points } = countSpace(findSpace(`anynet-${letter.toLowerCase()}`));
      expect([dimensions, String(points)]).toEqual([
        counts[`AnyNetX_${letter}`]?.dim,
        counts[`AnyNetX_${letter}`]?.exact,
      ]);
    }
  });

  it.each([
    ['stages: 4', 'of pycls’ grids, coarsely'],
    ['stages: { low: 1, high: 8 }', 'of any number of stages'],
    ['rules: [depths-do-not-decrease]', 'under a rule on depths'],
    ['stages: { low: 1, high: 8 }\nrules: [slope-is-initial-width]', 'on lines that rise by w0'],
  ])('of RegNets %s is that of an enumeration (%s)', (line) => {
    const space = parseSpace(
      `extends: regnetx
${line}
dimensions:
  depth: { kind: uniform, low: 3, high: 20, step: 1 }
  initialWidth: [8, 16, 48, 88]
  widthSlope: { kind: uniform, low: 0, high: 96, step: 4 }
  # 2.25 puts blocks on the very border between two levels.
  widthMultiplier: [1.5, 1.51, 2, 2.249, 2.25, 2.5, 3]
  bottleneckRatio: [1, 4]
  groupWidth: [8, 16, 24]
`,
      'small.yaml',
    );
    const { points, networks } = countSpace(space);
    const expected = enumerateRegNets(space);
    expect(expected.points).toBeGreaterThan(100n);
    expect(expected.networks).toBeLessThan(expected.points);
    expect({ points, networks }).toEqual(expected);
  });

  it('of AnyNets of two stages is that of an enumeration, whatever the dimensions', () => {
    const some = (...values: number[]) =>
      fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });
    const spaces = fc.record({
      depth: some(1, 2, 5),
      width: some(8, 16, 24, 40, 64, 72, 104, 128),
      bottleneckRatio: some(0.25, 0.5, 1, 2, 4),
      groupWidth: some(1, 2, 8, 12, 16, 32).map((groups) => [1, ...groups.filter((group) => group > 1)]),
    });
    const rules = fc.constantFrom(
      [],
      ['shared-bottleneck-ratio'],
      ['shared-group-width'],
      ['shared-bottleneck-ratio', 'shared-group-width', 'widths-do-not-decrease'],
      ['shared-bottleneck-ratio', 'shared-group-width', 'widths-do-not-increase', 'depths-do-not-decrease'],
    );
    fc.assert(
      fc.property(spaces, rules, (dimensions, names) => {
        const space = readSpace({ generator: 'anynet', stages: 2, dimensions, rules: names }, 'small');
        const { points, networks } = countSpace(space);
        expect({ points, networks }).toEqual(enumerateAnyNets(space));
      }),
      { numRuns: 150 },
    );
  });

  it('under a rule on the whole network is an estimate, whose interval holds the number that an enumeration finds', () => {
    const base = parseSpace(
      'extends: anynet-c\nstages: 2\ndimensions: { depth: [1, 3, 6], width: { kind: uniform, low: 8, high: 160, step: 8 }, bottleneckRatio: 1, groupWidth: 1 }',
      'small.yaml',
    );
    const space = narrowSpace(base, {
      name: 'second-stage-half-as-wide-again',
      sentence: 'w_2 >= 1.5 w_1',
      broken: ({ stages: [first, second] }) =>
        (second?.width ?? 0) >= 1.5 * (first?.width ?? 0) ? undefined : 'too narrow',
    });
    const widths = Array.from({ length: 20 }, (_, i) => 8 * (i + 1));
    const members = 9 * widths.flatMap((a) => widths.filter((b) => b >= 1.5 * a)).length;
    const { points, interval, networks } = countSpace(space);
    expect(networks).toBeUndefined();
    expect(interval).toMatchObject({ confidence: 0.95, draws: 1000 });
    expect(Number(interval?.low)).toBeLessThan(members);
    expect(Number(interval?.high)).toBeGreaterThan(members);
    expect(Math.abs(Number(points) / members - 1)).toBeLessThan(0.15);
  });

  it('of a space that no network obeys is from 0 to what a thousand misses leave possible', () => {
    const space = narrowSpace(findSpace('anynet-e'), {
      name: 'none',
      sentence: 'none',
      broken: () => 'none',
    });
    const { points, interval } = countSpace(space);
    expect([points, interval?.low]).toEqual([0n, 0n]);
    // Wilson's interval for 0 of 1,000 ends at 0.38 %.
    expect(Number(interval?.high) / 817_446_539_520).toBeCloseTo(0.003_826_76, 6);
  });
});
