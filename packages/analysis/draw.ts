/** Draws a chart as SVG text, without a browser. */
import { Error as ErrorLevel, logger, parse, View } from 'vega';
import type { Chart } from './chart.ts';
import { compileStill } from './chart-form.ts';
import { looks, type Look } from './look.ts';

export interface Drawing {
  /** Default light. */
  readonly look?: Look;
  /** Letters, digits and hyphens that set this picture's ids apart from those of others in a page; default "chart". */
  readonly id?: string;
}

/** An `<svg>` element; the same chart gives the same text. */
export async function draw(chart: Chart, { look = 'light', id = 'chart' }: Drawing = {}): Promise<string> {
  const view = viewOf(chart);
  try {
    return finish(await view.toSVG(), look, id);
  } finally {
    view.finalize();
  }
}

function viewOf(chart: Chart): View {
  return new View(parse(compileStill(chart)), { renderer: 'none', logger: logger(ErrorLevel) });
}

/** A scale of a drawn chart; `range` is in pixels of the whole picture. */
export interface FrameScale {
  readonly type: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

/** Where a picture's values lie, so that more can be drawn into it. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: FrameScale;
  readonly y: FrameScale;
}

export interface FramedPicture {
  /** An `<svg>` element. */
  readonly svg: string;
  readonly frame: Frame;
}

/** A picture of a chart with axes x and y, and its frame. */
export async function drawFramed(
  chart: Chart,
  { look = 'light', id = 'chart' }: Drawing = {},
): Promise<FramedPicture> {
  const view = viewOf(chart);
  try {
    const svg = await view.toSVG();
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    const [, left, top] = /transform="translate\(([-\d.]+),([-\d.]+)\)"/.exec(svg) ?? [];
    const frame = {
      width: Number(width),
      height: Number(height),
      x: frameScale(view.scale('x') as DrawnScale, Number(left)),
      y: frameScale(view.scale('y') as DrawnScale, Number(top)),
    };
    return { svg: finish(svg, look, id), frame };
  } finally {
    view.finalize();
  }
}

interface DrawnScale {
  readonly type: string;
  domain(): number[];
  range(): number[];
}

function frameScale(scale: DrawnScale, offset: number): FrameScale {
  const [low = 0, high = 1] = scale.domain();
  const [start = 0, end = 1] = scale.range();
  return {
    type: scale.type === 'log' ? 'log' : 'linear',
    domain: [low, high],
    range: [start + offset, end + offset],
  };
}

function finish(svg: string, look: Look, id: string): string {
  const short = shorten(renameClips(svg, id));
  return look === 'page' ? short.replaceAll(/ font-family="[^"]*"/g, '') : paint(short, looks[look]);
}

/** Writes places and lengths to a hundredth of a pixel: half the size of many pictures is digits beyond. */
function shorten(svg: string): string {
  return svg.replaceAll(/ (transform|d|x2|y2)="([^"]*)"/g, (_match, attribute: string, value: string) => {
    const short = value.replaceAll(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) =>
      String(Number(Number(number).toFixed(2))),
    );
    return ` ${attribute}="${short}"`;
  });
}

/** Vega numbers its clip paths through all pictures of a process; here they are numbered in each, from 1. */
function renameClips(svg: string, id: string): string {
  const numbers = new Map<string, number>();
  return svg.replaceAll(/(\bid="|\burl\(#)clip(\d+)/g, (_match, before: string, old: string) => {
    numbers.set(old, numbers.get(old) ?? numbers.size + 1);
    return `${before}${id}-clip${numbers.get(old)}`;
  });
}

function paint(svg: string, colors: Readonly<Record<string, string>>): string {
  return svg.replaceAll(/var\((--[a-z0-9-]+)\)/g, (variable, name: string) => colors[name] ?? variable);
}
