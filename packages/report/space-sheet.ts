/** Design spaces on one sheet of SVG, laid out like their page. */
import { looks } from '@netspace/analysis/look';
import { chartConfig, spaceColor } from '@netspace/analysis/chart';
import { markup, type Html } from './html.ts';
import { titleOfBlocks } from './space-article.ts';
import type { SpaceFacts } from './space-facts.ts';
import { titleOf } from './space-page.ts';
import type { DrawnFigure, SpacePart, SpacePicture } from './space-figures.ts';
import {
  describeRequest,
  describeSample,
  explainBlocks,
  explainComparison,
  explainDimensions,
  spaceFactList,
  withSubscripts,
} from './space-wording.ts';
import { beside, column, pictureBox, textBox, type Box } from './svg-layout.ts';

const margin = 36;
const inner = 1048;
const width = inner + 2 * margin;

interface Colors {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly paper: string;
  readonly spaces: readonly string[];
}

export function makeSpaceSheet(picture: SpacePicture, look: 'light' | 'dark'): string {
  const colors = colorsOf(look);
  const { parts, request } = picture;
  const boxes = [
    ...(parts.length > 1 ? [comparisonBox(picture, colors), ruleBox(colors)] : []),
    ...parts.flatMap((part, i) => [
      ...(i === 0 ? [] : [ruleBox(colors)]),
      spaceBox(part, i, picture, colors),
    ]),
    textBox([`Drawn by netspace: ${describeRequest(request)}.`], {
      size: 11,
      width: inner,
      color: colors.muted,
    }),
  ];
  const content = column(boxes, 26);
  const height = Math.ceil(content.height + 2 * margin);
  const sheet: Html = markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${chartConfig.font}">
<title>${titleOf(parts)}</title>
<rect width="${width}" height="${height}" fill="${colors.paper}" />
${content.at(margin, margin)}
</svg>
`;
  return sheet.html;
}

function colorsOf(look: 'light' | 'dark'): Colors {
  const of = (name: string): string => looks[look][name] ?? '';
  const spaces = [0, 1, 2, 3].map((i) => of(spaceColor(i).slice('var('.length, -1)));
  return { ink: of('--ink'), muted: of('--muted'), line: of('--line'), paper: of('--paper'), spaces };
}

function spaceBox(
  { facts, dimensions, complexity, blocks }: SpacePart,
  index: number,
  { request }: SpacePicture,
  colors: Colors,
): Box {
  const text = (words: string): Box => textBox([words], { size: 13, width: inner, color: colors.muted });
  return column(
    [
      column([nameBox(facts.name, index, colors), factBox(facts, colors)], 12),
      sectionBox(
        'What is drawn',
        text(explainDimensions(facts)),
        figureRows(dimensions, dimensions.length === 4 ? columns.four : columns.three, colors),
        colors,
      ),
      sectionBox(
        'What comes out',
        text(`${describeSample(facts, request.samples)}. Dashed: the median.`),
        figureRows(complexity, columns.three, colors),
        colors,
      ),
      sectionBox(
        titleOfBlocks(blocks.length),
        text(explainBlocks(facts.space)),
        figureRows(blocks, columns.five, colors),
        colors,
      ),
    ],
    26,
  );
}

function nameBox(name: string, index: number, colors: Colors, size = 26): Box {
  const words = textBox([name], { size, width: inner - 30, color: colors.ink, bold: true });
  const square: Box = {
    height: size,
    at: (x, y) =>
      markup`<rect x="${x}" y="${y + size * 0.38}" width="${size * 0.65}" height="${size * 0.65}" rx="3" fill="${colors.spaces[index] ?? colors.ink}" />`,
  };
  return beside([square, words], size + 1);
}

/** The sentence, then the facts, their terms to the left of them. */
function factBox(facts: SpaceFacts, colors: Colors): Box {
  const rows = spaceFactList(facts).map(({ term, lines }) => {
    const words = lines.map(({ text, name }) => (name === undefined ? text : `${text} (${name})`));
    const [left, right] = [130, inner - 140];
    return beside(
      [
        textBox([term], { size: 13, width: left, color: colors.muted }),
        textBox(words, { size: 13, width: right, color: colors.ink }),
      ],
      inner - right,
    );
  });
  const sentence = textBox([withSubscripts(facts.space.sentence)], {
    size: 17,
    width: inner,
    color: colors.ink,
  });
  return column([sentence, column(rows, 3)], 10);
}

function sectionBox(title: string, words: Box, figures: Box, colors: Colors): Box {
  const heading = textBox([title], { size: 16, width: inner, color: colors.ink, bold: true });
  return column([column([heading, words], 1), figures], 12);
}

interface Columns {
  readonly count: number;
  /** Of what stands in one. */
  readonly width: number;
}

const columns = {
  three: { count: 3, width: 330 },
  four: { count: 4, width: 252 },
  five: { count: 5, width: 196 },
} as const;

/** In each row the charts stand at one height, below the longest of their captions. */
function figureRows(figures: readonly DrawnFigure[], { count, width: wide }: Columns, colors: Colors): Box {
  const distance = wide + (inner - count * wide) / (count - 1);
  const rows = Array.from({ length: Math.ceil(figures.length / count) }, (_, row) => {
    const inRow = figures.slice(row * count, (row + 1) * count);
    const captions = inRow.map((figure) => captionBox(figure, wide, colors));
    const pictures = inRow.map(({ svg, size }) => pictureBox(svg, size.height));
    return column([beside(captions, distance), beside(pictures, distance)], 4);
  });
  return column(rows, 22);
}

function captionBox({ title, lines }: DrawnFigure, wide: number, colors: Colors): Box {
  const [large, small] = wide > columns.five.width ? [14, 12.5] : [12, 11];
  return column(
    [
      textBox([title], { size: large, width: wide, color: colors.ink, bold: true }),
      textBox(lines, { size: small, width: wide, color: colors.muted }),
    ],
    0,
  );
}

function comparisonBox({ parts, comparison }: SpacePicture, colors: Colors): Box {
  const names = parts.map(({ facts }, i) => nameBox(facts.name, i, colors, 18));
  return column(
    [
      textBox([`${parts.length} design spaces`], { size: 14, width: inner, color: colors.muted, bold: true }),
      column(names, 2),
      textBox([explainComparison], { size: 13, width: inner, color: colors.muted }),
      figureRows(comparison, columns.three, colors),
    ],
    10,
  );
}

function ruleBox(colors: Colors): Box {
  return {
    height: 10,
    at: (x, y) =>
      markup`<line x1="${x}" x2="${x + inner}" y1="${y + 5}" y2="${y + 5}" stroke="${colors.line}" stroke-width="1.5" />`,
  };
}
