/** Boxes of text and pictures set below and beside each other in one SVG. Lengths are pixels. */
import { markup, trusted, type Html } from './html.ts';

/** Something of a known height that is drawn with its upper left corner at a place. */
export interface Box {
  readonly height: number;
  readonly at: (x: number, y: number) => Html;
}

export interface TextLook {
  /** Of the letters. */
  readonly size: number;
  /** Lines break before it. */
  readonly width: number;
  readonly color: string;
  readonly bold?: boolean;
}

/** Distance of two lines in letter sizes. */
const lineHeight = 1.4;

/** Paragraphs of plain text; lines are broken by an estimate of their width, since fonts differ from machine to machine. */
export function textBox(paragraphs: readonly string[], look: TextLook): Box {
  const { size, width, color, bold = false } = look;
  const lines = paragraphs.flatMap((paragraph) => breakLines(paragraph, width / size / (bold ? 1.06 : 1)));
  return {
    height: lines.length * size * lineHeight,
    at: (x, y) => {
      const spans = lines.map(
        (line, i) => markup`<tspan x="${x}" y="${round(y + size * (lineHeight * i + 1.05))}">${line}</tspan>`,
      );
      const weight = bold ? trusted(' font-weight="650"') : '';
      return markup`<text font-size="${size}" fill="${color}"${weight}>${spans}</text>`;
    },
  };
}

/** Words in lines of at most so many letter sizes; a word that is longer is cut. */
export function breakLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of withoutControls(text)
    .split(' ')
    .flatMap((each) => cutWord(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** After a slash, a comma or a dash where there is one, else anywhere. */
function cutWord(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const letters = [...word];
  let count = letters.length - 1;
  while (count > 1 && textWidth(letters.slice(0, count).join('')) > width) count--;
  const head = letters.slice(0, count);
  const mark = head.findLastIndex((letter) => '/,-'.includes(letter));
  const end = mark > 0 ? mark + 1 : count;
  return [letters.slice(0, end).join(''), ...cutWord(letters.slice(end).join(''), width)];
}

/** An SVG may hold no control characters, even escaped ones. */
function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\uFFFE\uFFFF]|\p{Cs}/gu, ' ');
}

/** In letter sizes, rather too wide than too narrow: of Latin sans-serif letters, and of full-width ones. */
function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width;
}

function letterWidth(letter: string): number {
  if (/[ilj.,:;'|!/ \u00a0\u202f]/.test(letter)) return 0.34;
  if (/[mwMW—]/.test(letter)) return 0.95;
  if (/[A-Z×≥≤]/.test(letter)) return 0.72;
  return letter > '\u2e80' ? 1.05 : 0.6;
}

/** A drawn chart. */
export function pictureBox(svg: string, height: number): Box {
  return { height, at: (x, y) => trusted(svg.replace(/^<svg /, `<svg x="${round(x)}" y="${round(y)}" `)) };
}

/** Boxes below each other. */
export function column(boxes: readonly Box[], gap: number): Box {
  const shown = boxes.filter(({ height }) => height > 0);
  const heights = shown.map(({ height }) => height);
  return {
    height: sum(heights) + gap * Math.max(0, shown.length - 1),
    at: (x, y) => markup`${shown.map((box, i) => box.at(x, y + sum(heights.slice(0, i)) + gap * i))}`,
  };
}

/** Boxes in a row, the left edges of neighbours so far apart. */
export function beside(boxes: readonly Box[], distance: number): Box {
  return {
    height: Math.max(0, ...boxes.map(({ height }) => height)),
    at: (x, y) => markup`${boxes.map((box, i) => box.at(x + distance * i, y))}`,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
