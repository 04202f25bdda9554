/**
 * The text of a picture as outlines of a font that netspace ships, so that it looks the same on every machine and in every journal.
 *
 * Font: Source Sans 3, regular, Copyright 2010-2020 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source', SIL Open Font License 1.1
 * (fonts/LICENSE.txt); as Adobe publishes it, unchanged.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, type Font } from 'opentype.js';

let loaded: Promise<Font> | undefined;

/** Read once a process. */
function loadFont(): Promise<Font> {
  return (loaded ??= readFont());
}

async function readFont(): Promise<Font> {
  const own = fileURLToPath(import.meta.url);
  const folder = join(dirname(own), own.endsWith('.ts') ? 'fonts' : '../fonts');
  const bytes = await readFile(join(folder, 'SourceSans3-Regular.woff'));
  return parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

/** An `<svg>` as the chart library writes it, each `<text>` in it a `<path>`; what the font has no sign for becomes an empty box. */
export async function outlineText(svg: string): Promise<string> {
  const font = await loadFont();
  const drawn = svg.replaceAll(/<text [^>]*\/>/g, '');
  return drawn.replaceAll(/<text ([^>]*)>([^<]*)<\/text>/g, (_match, attributes: string, text: string) => {
    const size = Number(/font-size="([\d.]+)px"/.exec(attributes)?.[1] ?? 11);
    const d = outlineOf(font, spaced(unescaped(text)), size, /text-anchor="(\w+)"/.exec(attributes)?.[1]);
    const kept = attributes.match(/\b(?:transform|fill|opacity|fill-opacity)="[^"]*"/g) ?? [];
    return d === '' ? '' : `<path d="${d}" ${kept.join(' ')}/>`;
  });
}

interface Run {
  readonly text: string;
  readonly size: number;
  /** Below the line. */
  readonly drop: number;
}

function outlineOf(font: Font, text: string, size: number, anchor = 'start'): string {
  const runs = runsOf(text, size);
  const widths = runs.map((run) => font.getAdvanceWidth(run.text, run.size));
  const width = widths.reduce((sum, own) => sum + own, 0);
  let x = anchor === 'end' ? -width : anchor === 'middle' ? -width / 2 : 0;
  return runs
    .map((run, i) => {
      const d = font.getPath(run.text, x, run.drop, run.size).toPathData(2);
      x += widths[i] ?? 0;
      return d;
    })
    .join('');
}

const subscripts = '₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚₛₜₓ';
const letters = '0123456789aehijklmnopstx';

/** Few fonts have small letters below the line: here they are those of the font, made smaller. */
function runsOf(text: string, size: number): Run[] {
  return text.split(new RegExp(`([${subscripts}]+)`)).map((part, i) =>
    i % 2 === 0
      ? { text: part, size, drop: 0 }
      : {
          text: [...part].map((sign) => letters[subscripts.indexOf(sign)] ?? sign).join(''),
          size: 0.68 * size,
          drop: 0.14 * size,
        },
  );
}

/** Few fonts have spaces of other widths. */
function spaced(text: string): string {
  return text.replaceAll(/[\u2001\u2003]/g, '  ').replaceAll(/[\u00a0\u2000-\u200a\u202f]/g, ' ');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (entity, name: string) => entities[name] ?? entity);
}
