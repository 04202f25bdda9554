/** The figures of a report: each chart drawn as a picture for readers without scripts, and compiled for those with them. */
import { bootstrapChart, varyingParameters } from '@netspace/analysis/bootstrap-chart';
import { spaceColor, type Chart } from '@netspace/analysis/chart';
import { curveChart } from '@netspace/analysis/curve-chart';
import { compileChart, drawCompiled } from '@netspace/analysis/draw';
import { edfChart } from '@netspace/analysis/edf-chart';
import type { Group } from '@netspace/analysis/group';
import type { Measurement } from '@netspace/analysis/measurement';
import { widthChart } from '@netspace/analysis/width-chart';
import { trusted, type Html } from './html.ts';

export interface Figure {
  /** Names the figure in the page and among the specifications. */
  readonly id: string;
  /** `<svg>` for a wide window and paper. */
  readonly picture: Html;
  /** `<svg>` for a phone, of the charts that are too wide for one. */
  readonly narrowPicture?: Html;
  /** A compiled Vega specification. */
  readonly spec: object;
}

/** Figures by where they stand in the page. */
export interface Figures {
  readonly edf: Figure;
  readonly complexity: readonly Figure[];
  readonly parameters: readonly Figure[];
  readonly widths: readonly WidthFigure[];
  /** Absent where no trial has a learning curve. */
  readonly curves?: Figure;
}

export interface WidthFigure extends Figure {
  readonly measurement: Measurement;
  /** 1 for the best of its space. */
  readonly rank: number;
}

const complexities = new Set(['flops', 'params', 'activations']);
const small = { width: 320, height: 230 };

export async function makeFigures(
  groups: readonly Group[],
  measured: readonly Measurement[],
): Promise<Figures> {
  const parameters = varyingParameters(groups, measured);
  const panel = (name: string): Promise<Figure> =>
    makeFigure(`parameter-${name}`, bootstrapChart(name, groups, measured, small));
  const widths = await makeWidthFigures(groups, measured);
  const curves = measured.some((measurement) => measurement.curve.length > 1);
  return {
    edf: await makeFigure(
      'edf',
      edfChart(groups, measured, { width: 1040, height: 450 }),
      edfChart(groups, measured, { width: 350, height: 380 }),
    ),
    complexity: await Promise.all(parameters.filter((name) => complexities.has(name)).map(panel)),
    parameters: await Promise.all(parameters.filter((name) => !complexities.has(name)).map(panel)),
    widths,
    ...(curves ? { curves: await makeCurves(groups, measured) } : {}),
  };
}

async function makeCurves(groups: readonly Group[], measured: readonly Measurement[]): Promise<Figure> {
  const at = (width: number): Chart => curveChart(groups, measured, { width, height: 340 });
  return makeFigure('curves', at(1040), at(350));
}

async function makeWidthFigures(
  groups: readonly Group[],
  measured: readonly Measurement[],
): Promise<WidthFigure[]> {
  const figures = groups.flatMap((group, i) =>
    bestOf(group, measured).map(async (measurement, k) => {
      const chart = widthChart(measurement, spaceColor(i), { width: 320, height: 190 });
      return { ...(await makeFigure(`widths-${measurement.id}`, chart)), measurement, rank: k + 1 };
    }),
  );
  return Promise.all(figures);
}

/** The three networks of a space with the least errors, of those that completed. */
function bestOf(group: Group, measured: readonly Measurement[]): Measurement[] {
  return measured
    .filter((member) => member.space === group.name && member.status === 'completed')
    .toSorted((a, b) => a.error - b.error)
    .slice(0, 3);
}

async function makeFigure(id: string, chart: Chart, narrow?: Chart): Promise<Figure> {
  const spec = compileChart(chart);
  const safeId = id.replaceAll(/[^a-z0-9-]/gi, '-');
  const picture = trusted(await drawCompiled(spec, { look: 'page', id: safeId }));
  if (narrow === undefined) return { id, picture, spec };
  const narrowPicture = trusted(
    await drawCompiled(compileChart(narrow), { look: 'page', id: `${safeId}-narrow` }),
  );
  return { id, picture, narrowPicture, spec };
}
