/** The figures of a report: each a picture with axes and marks, and a frame by which scripts draw into it. */
import { bootstrapChart, varyingParameters } from '@netspace/analysis/bootstrap-chart';
import { spaceColor, withEvenLetters, type Chart, type ChartSize } from '@netspace/analysis/chart';
import { curveChart } from '@netspace/analysis/curve-chart';
import type { FramedPicture } from '@netspace/analysis/draw';
import { edfChart } from '@netspace/analysis/edf-chart';
import type { Group } from '@netspace/analysis/group';
import type { Measurement } from '@netspace/analysis/measurement';
import { pairChart } from '@netspace/analysis/pair-chart';
import { parameterTitle } from '@netspace/analysis/wording';
import { widthChart } from '@netspace/analysis/width-chart';
import { drawInThread } from './drawing-thread.ts';
import { trusted, type Html } from './html.ts';
import type { FigureFrame, PageData } from './page-data.ts';
import { parallelFrame, parallelPicture } from './parallel-frame.ts';
import { staticMarks } from './static-marks.ts';
import { pairsWorthLooking, tellingOrder } from './telling-order.ts';

export interface Picture {
  /** An `<svg>`. */
  readonly svg: Html;
  /** Absent where scripts have nothing to draw. */
  readonly frame?: FigureFrame;
}

export interface Figure {
  /** Names the figure in the page; of letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** For a wide window and paper. */
  readonly wide: Picture;
  /** For a phone, where the wide one is too wide. */
  readonly narrow?: Picture;
}

/** Figures by where they stand in the page. */
export interface Figures {
  readonly edf: Figure;
  readonly complexity: readonly Figure[];
  readonly parameters: readonly Figure[];
  readonly pairs: readonly Figure[];
  readonly parallel: Figure;
  readonly widths: readonly WidthFigure[];
  /** Absent where no trial has a learning curve. */
  readonly curves?: Figure;
}

export interface WidthFigure extends Figure {
  readonly measurement: Measurement;
  /** 1 for the best of its space; 'worst' for the one with the greatest error. */
  readonly rank: number | 'worst';
}

const complexities = new Set(['flops', 'params', 'activations']);
/** The marks of networks are written into the pictures in a form a tenth as long. */
const small = { width: 320, height: 230, networks: false };

export async function makeFigures(
  groups: readonly Group[],
  measured: readonly Measurement[],
  data: PageData,
): Promise<Figures> {
  const parameters = varyingParameters(groups, measured);
  const order = tellingOrder(parameters, measured);
  const draw = async (chart: Chart, request: PictureRequest): Promise<Picture> =>
    withMarks(await drawInThread(chart, request.id), data, request);
  const panel = async (name: string): Promise<Figure> => {
    const id = idOf(name, parameters);
    const chart = bootstrapChart(name, groups, measured, small);
    const wide = await draw(chart, { id, kind: 'scatter', columns: [name, 'error'] });
    return { id, title: `Error against ${parameterTitle(name)}`, wide };
  };
  const pair = async ([a, b]: readonly [string, string], i: number): Promise<Figure> => {
    const id = `pair-${i + 1}`;
    const wide = await draw(pairChart([a, b], measured, small), { id, kind: 'pair', columns: [a, b] });
    return { id, title: `${parameterTitle(b)} against ${parameterTitle(a)}`, wide };
  };
  const edf = (id: string, size: ChartSize, look = (chart: Chart): Chart => chart): Promise<Picture> =>
    draw(look(edfChart(groups, measured, { ...size, networks: false })), {
      id,
      kind: 'edf',
      columns: ['error', 'share'],
    });
  const curves = (id: string, width: number): Promise<Picture> =>
    draw(curveChart(groups, measured, { width, height: 340, networks: false }), {
      id,
      kind: 'curves',
      columns: ['epoch', 'validationError'],
    });
  const hasCurves = measured.some(({ curve }) => curve.length > 1);
  // All are asked for before the first is waited for: they are drawn elsewhere.
  const [edfs, complexity, others, pairs, widths, curvePictures] = await Promise.all([
    bothWidths(
      edf('edf', { width: 1040, height: 450 }),
      edf('edf-narrow', { width: 350, height: 380 }, withEvenLetters),
    ),
    Promise.all(parameters.filter((name) => complexities.has(name)).map(panel)),
    Promise.all(parameters.filter((name) => !complexities.has(name)).map(panel)),
    Promise.all(pairsWorthLooking(order).map(pair)),
    makeWidthFigures(groups, measured),
    hasCurves ? bothWidths(curves('curves', 1040), curves('curves-narrow', 350)) : undefined,
  ]);
  return {
    edf: { id: 'edf', title: 'Distribution of errors', ...edfs },
    complexity,
    parameters: others,
    pairs,
    parallel: parallelFigure(data, parameters, order),
    widths,
    ...(curvePictures && { curves: { id: 'curves', title: 'Learning curves', ...curvePictures } }),
  };
}

async function bothWidths(
  wide: Promise<Picture>,
  narrow: Promise<Picture>,
): Promise<Pick<Figure, 'wide' | 'narrow'>> {
  const [widePicture, narrowPicture] = await Promise.all([wide, narrow]);
  return { wide: widePicture, narrow: narrowPicture };
}

type DrawnKind = Exclude<FigureFrame['kind'], 'parallel'>;

interface PictureRequest {
  readonly id: string;
  readonly kind: DrawnKind;
  /** Of x and y. */
  readonly columns: readonly [string, string];
}

/** The picture of a chart without marks of networks, and these. */
function withMarks({ svg, frame }: FramedPicture, data: PageData, request: PictureRequest): Picture {
  const { kind, columns } = request;
  const axes: FigureFrame = {
    kind,
    width: frame.width,
    height: frame.height,
    x: { column: columns[0], ...frame.x },
    y: { column: columns[1], ...frame.y },
  };
  const marks = staticMarks(data, axes);
  return { svg: trusted(svg.replace(/<\/svg>$/, () => `${marks.html}</svg>`)), frame: axes };
}

function parallelFigure(data: PageData, parameters: readonly string[], order: readonly string[]): Figure {
  const picture = (columns: readonly string[], size: ChartSize): Picture => {
    const frame = parallelFrame(data, [...columns, 'error'], size);
    return { svg: parallelPicture(frame, staticMarks(data, frame)), frame };
  };
  const most =
    parameters.length <= 10 ? parameters : parameters.filter((name) => order.slice(0, 10).includes(name));
  return {
    id: 'parallel',
    title: 'Parallel coordinates',
    wide: picture(most, { width: 1040, height: 360 }),
    narrow: picture(order.slice(0, 3), { width: 350, height: 320 }),
  };
}

async function makeWidthFigures(
  groups: readonly Group[],
  measured: readonly Measurement[],
): Promise<WidthFigure[]> {
  const figures = groups.flatMap((group, i) =>
    bestAndWorst(group, measured).map(async ({ measurement, rank }) => {
      const id = `widths-${measurement.id}`;
      const chart = widthChart(measurement, spaceColor(i), { width: 320, height: 190 });
      const { svg } = await drawInThread(chart, id);
      return {
        id,
        title: `Block widths of ${measurement.name}`,
        wide: { svg: trusted(svg) },
        measurement,
        rank,
      };
    }),
  );
  return Promise.all(figures);
}

/** The three networks of a space with the least errors and the three with the greatest, of those that completed. */
function bestAndWorst(
  group: Group,
  measured: readonly Measurement[],
): Pick<WidthFigure, 'measurement' | 'rank'>[] {
  const ranked = measured
    .filter((member) => member.space === group.name && member.status === 'completed')
    .toSorted((a, b) => a.error - b.error);
  const best = ranked.slice(0, 3).map((measurement, i) => ({ measurement, rank: i + 1 }));
  const worst = ranked.slice(Math.max(3, ranked.length - 3)).toReversed();
  return [...best, ...worst.map((measurement) => ({ measurement, rank: 'worst' as const }))];
}

/** Two names may be alike but for what an id cannot hold: the place among all parameters tells them apart. */
function idOf(name: string, parameters: readonly string[]): string {
  return `parameter-${parameters.indexOf(name) + 1}-${name.replaceAll(/[^a-z0-9]/gi, '-')}`;
}
