/** Draws a chart as SVG text, without a browser. */
import { Error as ErrorLevel, logger, parse, View, type Spec } from 'vega';
import { compile } from 'vega-lite';
import type { Chart } from './chart.ts';

/** `page` leaves colours and fonts to the CSS of the page that the picture stands in. */
export type Look = 'page' | 'light' | 'dark';

/** The values of the CSS variables that charts use. */
export const looks: Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>> = {
  light: {
    '--ink': '#1c2126',
    '--muted': '#5b6570',
    '--line': '#c9cfd6',
    '--grid': '#e8ebee',
    '--paper': '#ffffff',
    '--space-1': '#0067ab',
    '--space-2': '#c95200',
    '--space-3': '#00805c',
    '--space-4': '#a8478d',
    '--space-5': '#8a6d00',
    '--space-6': '#2f8fbf',
  },
  dark: {
    '--ink': '#e8ebee',
    '--muted': '#a2acb6',
    '--line': '#4a525b',
    '--grid': '#2a3037',
    '--paper': '#14181c',
    '--space-1': '#5cb2f2',
    '--space-2': '#f58b45',
    '--space-3': '#37c79a',
    '--space-4': '#e291c9',
    '--space-5': '#e0b93c',
    '--space-6': '#94d4f4',
  },
};

/** The Vega specification of a chart: what a page's runtime needs. */
export function compileChart(chart: Chart): Spec {
  return compile(chart).spec;
}

export interface Drawing {
  /** Default light. */
  readonly look?: Look;
  /** Letters, digits and hyphens that set this picture's ids apart from those of others in a page; default "chart". */
  readonly id?: string;
}

/** An `<svg>` element; the same chart gives the same text. */
export async function draw(chart: Chart, drawing: Drawing = {}): Promise<string> {
  return drawCompiled(compileChart(chart), drawing);
}

/** The same of a chart that is compiled already. */
export async function drawCompiled(
  spec: Spec,
  { look = 'light', id = 'chart' }: Drawing = {},
): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none', logger: logger(ErrorLevel) });
  try {
    const svg = shorten(renameClips(await view.toSVG(), id));
    return look === 'page' ? svg.replaceAll(/ font-family="[^"]*"/g, '') : paint(svg, looks[look]);
  } finally {
    view.finalize();
  }
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
