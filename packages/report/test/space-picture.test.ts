import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSpace } from '@netspace/space/builtin';
import { SamplingError } from '@netspace/space/sample';
import { narrowSpace, readSpace } from '@netspace/space/space';
import { drawSpacesAsPage, drawSpacesAsSvg } from '@netspace/report/space-picture';
import { gatherFacts } from '../space-facts.ts';
import { comparisonFigures, spaceFigures } from '../space-figures.ts';

const request = {
  samples: 40,
  seed: 3,
  input: { resolution: 224, channels: 3, classes: 1000 },
  window: {},
};
const anynetD = findSpace('anynet-d');
/** Few enough points to be counted at once. */
const regnet = readSpace(
  {
    name: 'some-regnets',
    extends: 'regnetx',
    dimensions: {
      depth: { kind: 'uniform', low: 8, high: 20, step: 1 },
      initialWidth: [16, 24, 32],
      widthSlope: { kind: 'uniform', low: 8, high: 40, step: 1 },
      widthMultiplier: { kind: 'uniform', low: 2, high: 3, step: 0.1 },
      groupWidth: 8,
    },
  },
  'test',
);

/** What a picture does not say, of what it should: a failure then shows this and not the picture. */
function missingFrom(picture: string, ...wanted: readonly string[]): string[] {
  return wanted.filter((each) => !picture.includes(each));
}

function still(html: string): string {
  return html.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ').replaceAll(/\s+/g, ' ');
}

describe('the page of a design space', async () => {
  const page = await drawSpacesAsPage({ ...request, spaces: [anynetD] });

  it('says what the space is: its sentence, base, rules, dimensions and exact size', () => {
    // The size: `goldens/counts.json`, and FACTS of the paper, about 1.3e13.
    const wanted = [
      'AnyNetX D: C with widths that do not decrease.',
      '<dt>Extends</dt> <dd>anynet-c</dd>',
      'No stage is narrower than the one before: wᵢ₊₁ ≥ wᵢ. <code>widths-do-not-decrease</code>',
      '<dt>Free dimensions</dt> <dd>10</dd>',
      '13 821 510 942 720 (1.4 × 10¹³) points',
      'log-uniform, 8 to 1024 in steps of 8',
      '128 values, each of 4 stages',
      '3 values, one for all stages',
    ];
    expect(missingFrom(still(page), ...wanted)).toEqual([]);
  });

  it('shows four dimensions, three measures of complexity and twenty networks', () => {
    expect(page.match(/<svg[^>]*class="marks"/g)).toHaveLength(4 + 3 + 20);
    const flops = [...page.matchAll(/<strong>([\d.]+)([MG]) flops<\/strong>/g)].map(
      ([, number, unit]) => Number(number) * (unit === 'G' ? 1000 : 1),
    );
    expect(flops).toHaveLength(20);
    expect(flops).toEqual(flops.toSorted((a, b) => a - b));
  });

  it('is the same each time, has no script, and loads nothing', async () => {
    expect((await drawSpacesAsPage({ ...request, spaces: [anynetD] })) === page).toBe(true);
    expect(page.includes('<script')).toBe(false);
    const rest = page.replaceAll(/xmlns(:xlink)?="[^"]*"/g, '');
    expect(rest.match(/\b(src|href)=|url\([^#]|https?:/g)).toBeNull();
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(missingFrom(page.replaceAll('&#39;', "'"), `style-src 'sha256-${hash}'`)).toEqual([]);
  });
});

describe('a picture', () => {
  it('of a space with fewer networks than were asked for shows all of them and says so', async () => {
    const three = readSpace(
      { generator: 'anynet', stages: 1, block: 'basic', dimensions: { depth: [1, 2, 3], width: 64 } },
      'test',
    );
    const page = still(await drawSpacesAsPage({ ...request, spaces: [three] }));
    expect(missingFrom(page, '3 networks, all that could be found of the 40 asked for')).toEqual([]);
    expect(missingFrom(page, '3 networks of the sample, by flops')).toEqual([]);
    expect(missingFrom(page, '<dt>Fixed</dt> <dd>Width w = 64</dd>')).toEqual([]);
    const [facts] = gatherFacts([three], request);
    expect(facts?.sample.networks.map(({ network }) => network.stages[0]?.depth).toSorted()).toEqual([
      1, 2, 3,
    ]);
  });

  it('of a single network has nothing to choose', async () => {
    const one = readSpace({ generator: 'anynet', stages: 1, dimensions: { depth: 2, width: 64 } }, 'test');
    const page = await drawSpacesAsPage({ ...request, spaces: [one] });
    expect(missingFrom(page, 'Nothing: every dimension has one value.')).toEqual([]);
    expect(missingFrom(page, 'One network of the sample')).toEqual([]);
    expect(page.includes('NaN')).toBe(false);
  });

  it('needs a window with members', async () => {
    const window = { flops: { low: 1, high: 2 } };
    await expect(drawSpacesAsSvg({ ...request, window, spaces: [anynetD] })).rejects.toThrow(SamplingError);
  });

  it('says the window, the seed and the input that its networks were counted at', async () => {
    const window = { flops: { low: 3.6e8, high: 4e8 }, params: { low: 0, high: 8e6 } };
    const page = await drawSpacesAsPage({ ...request, samples: 3, window, spaces: [anynetD] });
    expect(missingFrom(page, 'only networks of 360M to 400M flops, at most 8M params')).toEqual([]);
    expect(missingFrom(page, 'seed 3; complexity at 224 × 224 pixels, 3 channels, 1000 classes')).toEqual([]);
  });

  it.each(Array.from({ length: 8 }, (_, i) => i + 1))('can be made of %d stages', async (stages) => {
    const space = readSpace({ extends: 'anynet-a', name: 'some', stages }, 'test');
    const svg = await drawSpacesAsSvg({ ...request, samples: 5, spaces: [space] });
    expect(missingFrom(svg, `${stages} ${stages === 1 ? 'stage' : 'stages'} of bottleneck blocks`)).toEqual(
      [],
    );
    expect(/NaN|undefined|Infinity/.exec(svg)).toBeNull();
  });

  it('says of a size that is an estimate how sure it is', async () => {
    const even = narrowSpace(findSpace('anynet-e'), {
      name: 'even-depth',
      sentence: 'The depth is even.',
      broken: ({ stages }) =>
        stages.reduce((sum, { depth }) => sum + depth, 0) % 2 === 0 ? undefined : 'it is odd',
    });
    const page = still(await drawSpacesAsPage({ ...request, samples: 2, spaces: [even] }));
    // About half of the 8.2e11 points of AnyNetX E.
    const sure = /about 4\.\d × 10¹¹ points: an estimate, 95 % sure of 3\.\d × 10¹¹ to 4\.\d × 10¹¹/;
    expect(sure.test(page)).toBe(true);
    expect(missingFrom(page, 'The depth is even. <code>even-depth</code>')).toEqual([]);
  });
});

describe('the sheet of SVG', async () => {
  const svg = await drawSpacesAsSvg({ ...request, spaces: [regnet] });

  it('is one picture without variables, that stands alone', () => {
    expect(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="1120" height="\d+"/.test(svg)).toBe(true);
    expect(svg.includes('var(')).toBe(false);
    expect(svg.match(/<svg/g)).toHaveLength(1 + 5 + 3 + 20);
    expect(svg.match(/<svg/g)?.length).toBe(svg.match(/<\/svg>/g)?.length);
  });

  it('counts the points and the distinct networks of a RegNet space, and explains its line', () => {
    expect(/\d points, [\d ]+ distinct networks/.test(still(svg))).toBe(true);
    expect(missingFrom(svg, 'uⱼ = w₀ + wₐ·j')).toEqual([]);
  });

  it('is dark when that is asked for', async () => {
    const dark = await drawSpacesAsSvg({ ...request, spaces: [regnet] }, 'dark');
    expect(missingFrom(dark, 'fill="#14181c"')).toEqual([]);
    expect(missingFrom(svg, 'fill="#ffffff"')).toEqual([]);
  });

  it('shows hostile words as text, and no control characters', async () => {
    const sentence = '</text><script>alert(1)</script> & "\u0001\u0085" \uFFFE';
    const hostile = readSpace({ extends: 'anynet-a', name: 'evil', sentence }, 'test');
    const sheet = await drawSpacesAsSvg({ ...request, samples: 2, spaces: [hostile] });
    expect(sheet.includes('<script')).toBe(false);
    expect(missingFrom(sheet, '&lt;script&gt;')).toEqual([]);
    expect(/[^\n\P{Cc}]|\uFFFE/u.exec(sheet)).toBeNull();
    const page = await drawSpacesAsPage({ ...request, samples: 2, spaces: [hostile] });
    expect(page.includes('<script')).toBe(false);
  });
});

describe('several spaces', () => {
  interface Layered {
    readonly layer: readonly { readonly encoding: Readonly<Record<string, { readonly scale: object }>> }[];
  }

  it('are stacked with axes in common, and compared above', async () => {
    const all = gatherFacts([anynetD, regnet], request);
    const [first, second] = spaceFigures(all);
    for (const [i, { chart }] of (first?.complexity ?? []).entries()) {
      const scales = (each: unknown): unknown[] =>
        ['x', 'y'].map((axis) => (each as Layered).layer[0]?.encoding[axis]?.scale);
      expect(scales(second?.complexity[i]?.chart)).toEqual(scales(chart));
    }
    expect(comparisonFigures(all)).toHaveLength(3);
    const page = await drawSpacesAsPage({ ...request, spaces: [anynetD, regnet] });
    expect(page.match(/<article/g)).toHaveLength(2);
    expect(missingFrom(page, 'id="comparison"')).toEqual([]);
    expect(page.match(/<h1/g)).toHaveLength(1);
  });

  it('of one name are told apart', () => {
    const names = gatherFacts([anynetD, anynetD, regnet], { ...request, samples: 2 }).map(({ name }) => name);
    expect(names).toEqual(['anynet-d', 'anynet-d (2)', 'some-regnets']);
  });

  it('show a line of widths for regnets alone', () => {
    const [anynet, regular] = spaceFigures(gatherFacts([anynetD, regnet], request));
    const layers = (each: unknown): number => (each as Layered).layer.length;
    expect(new Set(anynet?.blocks.map(({ chart }) => layers(chart)))).toEqual(new Set([2]));
    expect(new Set(regular?.blocks.map(({ chart }) => layers(chart)))).toEqual(new Set([3]));
  });
});
