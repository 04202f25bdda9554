/**
 * Design spaces as a picture: one SVG, or one HTML file that opens from disk and needs no script.
 *
 * spaces → facts (size, dimensions, a sample) → figures (charts with words) → drawn → page or sheet.
 */
import { draw } from '@netspace/analysis/draw';
import type { Look } from '@netspace/analysis/look';
import type { Space } from '@netspace/space/space';
import { gatherFacts, type SampleRequest } from './space-facts.ts';
import {
  comparisonFigures,
  spaceFigures,
  type DrawnFigure,
  type SpaceFigure,
  type SpacePart,
  type SpacePicture,
} from './space-figures.ts';
import { makeSpacePage } from './space-page.ts';
import { makeSpaceSheet } from './space-sheet.ts';

export interface SpacePictureInput extends SampleRequest {
  /** One to four, drawn below each other with axes in common. */
  readonly spaces: readonly Space[];
}

/** An HTML file, light or dark as its reader's screen. The same input gives the same text; throws the sampler's errors. */
export async function drawSpacesAsPage(input: SpacePictureInput): Promise<string> {
  return makeSpacePage(await drawSpaces(input, 'page'));
}

/** One `<svg>`, 1120 pixels wide. */
export async function drawSpacesAsSvg(
  input: SpacePictureInput,
  look: 'light' | 'dark' = 'light',
): Promise<string> {
  return makeSpaceSheet(await drawSpaces(input, look), look);
}

async function drawSpaces({ spaces, ...request }: SpacePictureInput, look: Look): Promise<SpacePicture> {
  const all = gatherFacts(spaces, request);
  const drawAll = (figures: readonly SpaceFigure[], id: string): Promise<DrawnFigure[]> =>
    Promise.all(
      figures.map(async (figure, i) => ({
        ...figure,
        svg: await draw(figure.chart, { look, id: `${id}-${i + 1}` }),
      })),
    );
  const parts: SpacePart[] = [];
  for (const [i, { dimensions, complexity, blocks }] of spaceFigures(all).entries()) {
    const facts = all[i];
    if (facts === undefined) continue;
    parts.push({
      facts,
      dimensions: await drawAll(dimensions, `s${i + 1}-dimension`),
      complexity: await drawAll(complexity, `s${i + 1}-complexity`),
      blocks: await drawAll(blocks, `s${i + 1}-blocks`),
    });
  }
  const comparison = all.length > 1 ? await drawAll(comparisonFigures(all), 'comparison') : [];
  return { parts, comparison, request };
}
