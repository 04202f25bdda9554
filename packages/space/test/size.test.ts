import { quantizeWidths } from '@netspace/network/quantize';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findSpace } from '../builtin.ts';
import { valuesOf } from '../dimensions.ts';
import { countSpace } from '../size.ts';
import { parseSpace, type Space } from '../space.ts';

const goldens = new URL('../../../../shared/goldens/counts.json', import.meta.url);

/** Points and distinct stages of a small RegNet space with b and g fixed, one by one. */
function enumerateRegNets(space: Space): { points: bigint; networks: bigint } {
  const values = (name: Parameters<typeof valuesOf>[1]) => valuesOf(space.dimensions, name).values;
  const found = new Set<string>();
  let points = 0n;
  for (const depth of values('depth'))
    for (const initialWidth of values('initialWidth'))
      for (const widthSlope of values('widthSlope'))
        for (const widthMultiplier of values('widthMultiplier')) {
          const made = quantizeWidths({ depth, initialWidth, widthSlope, widthMultiplier });
          const { stages } = made;
          if (!made.regular || stages.length < space.stages.low || stages.length > space.stages.high)
            continue;
          const depths = stages.map((stage) => stage.depth);
          const ordered = depths.every((each, i) => i === 0 || each >= (depths[i - 1] ?? 0));
          if (space.rules.length > 0 && !ordered) continue;
          points++;
          found.add(JSON.stringify(stages));
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
    expect(countSpace(findSpace(name))).toEqual({ dimensions, points });
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
  bottleneckRatio: 1
  groupWidth: 8
`,
      'small.yaml',
    );
    const { points, networks } = countSpace(space);
    const expected = enumerateRegNets(space);
    expect(expected.points).toBeGreaterThan(50n);
    expect({ points, networks }).toEqual(expected);
  });
});
