/** A chart as a picture for papers: SVG of a size in inches with outlines for text, or that as PNG. The same chart gives the same bytes. */
import { withEvenLetters, type Chart, type ChartSize } from '@netspace/analysis/chart';
import { draw } from '@netspace/analysis/draw';
import { markup } from './html.ts';
import { outlineText } from './outlined-text.ts';

export interface PaperSize {
  /** Inches. */
  readonly width: number;
  readonly height: number;
  /** Of titles and labels, in points. */
  readonly fontSize: number;
}

/** What charts write their titles in, in pixels. */
const chartFontSize = 11.5;

/** What a chart of that size on paper is to be drawn at: all of it, marks and lines too, is scaled until its letters are as large as asked for. */
export function chartSizeOf({ width, height, fontSize }: PaperSize): ChartSize {
  const pixels = (inches: number): number => Math.round((72 * inches * chartFontSize) / fontSize);
  return { width: pixels(width), height: pixels(height) };
}

/** `title` is what readers who do not see the picture are told. */
export async function drawOnPaper(
  chart: Chart,
  { width, height }: PaperSize,
  title: string,
): Promise<string> {
  const svg = await outlineText(await draw(withEvenLetters(chart)));
  const [, pixelsWide = '', pixelsHigh = ''] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const opening = markup`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}in" height="${height}in" viewBox="0 0 ${pixelsWide} ${pixelsHigh}" role="img" aria-label="${title}"><rect width="100%" height="100%" fill="#ffffff" />`;
  return svg.replace(/^<svg[^>]*>/, () => opening.html);
}

/** `width` in pixels. */
export async function rasterize(svg: string, width: number): Promise<Uint8Array> {
  // Loaded late: a native library that only PNG needs.
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { loadSystemFonts: false },
  })
    .render()
    .asPng();
}
