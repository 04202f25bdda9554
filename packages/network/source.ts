/** The values that a text holds as JSON, NDJSON or YAML, and where in it each of their parts stands. */
import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { offsetOf, toValue } from './document.ts';
import type { Path } from './issue.ts';

/** Counted from 1. */
interface TextPosition {
  readonly line: number;
  readonly column: number;
}

export interface Found {
  readonly values: readonly unknown[];
  /** Where the part at `path` of value `index` stands (its key `key`, where one is given), or the nearest that there is. */
  locate(index: number, path: Path, key?: string): TextPosition | undefined;
}

export interface Unreadable {
  readonly problem: string;
  readonly at: TextPosition | undefined;
}

/** A list is taken apart; several lines of JSON or YAML documents are several values. */
export function readSource(text: string): Found | Unreadable {
  return readJson(text) ?? readLines(text) ?? readYaml(text);
}

/** Only read as YAML, which is slow but knows places, when a place is asked for. */
function readJson(text: string): Found | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return {
    values,
    locate(index, path, key) {
      const found = readYaml(text);
      return 'problem' in found ? undefined : found.locate(index, path, key);
    },
  };
}

function readLines(text: string): Found | Unreadable | undefined {
  const lines = text
    .split('\n')
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.trim() !== '');
  const isJson = lines.every(({ line }) => line.trim().startsWith('{')) && lines.length > 1;
  if (!isJson || !lines.some(({ line }) => line.trim().endsWith('}'))) return undefined;
  const values = lines.map(({ line }) => parseJson(line));
  const broken = lines[values.indexOf(undefined)];
  // Not JSON a line, but perhaps YAML in braces over several lines.
  if (broken !== undefined && values.every((value) => value === undefined)) return undefined;
  if (broken !== undefined) return unreadableLine(broken.line, broken.number);
  return {
    values,
    locate(index, path, key) {
      const { line, number } = lines[index] ?? { line: '', number: 1 };
      const found = readYaml(line);
      const column = 'problem' in found ? 1 : (found.locate(0, path, key)?.column ?? 1);
      return { line: number, column };
    },
  };
}

function unreadableLine(line: string, number: number): Unreadable {
  const found = readYaml(line);
  const problem = 'problem' in found ? found.problem : 'this line is not JSON';
  const column = 'problem' in found ? (found.at?.column ?? 1) : 1;
  return { problem, at: { line: number, column } };
}

function readYaml(text: string): Found | Unreadable {
  const lines = new LineCounter();
  const documents: Document[] = [parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })].flat();
  const mistake = documents.flatMap(({ errors }) => errors)[0];
  if (mistake !== undefined)
    return {
      problem: `this is neither JSON nor YAML: ${mistake.message}`,
      at: position(lines, mistake.pos[0]),
    };
  const parts: { document: Document; path: Path; value: unknown }[] = [];
  for (const document of documents) {
    const value = toValue(document);
    if (value instanceof Error) return { problem: value.message, at: undefined };
    if (Array.isArray(value))
      value.forEach((item: unknown, i) => parts.push({ document, path: [i], value: item }));
    else parts.push({ document, path: [], value });
  }
  return {
    values: parts.map(({ value }) => value),
    locate(index, path, key) {
      const part = parts[index];
      if (part === undefined) return undefined;
      return position(lines, offsetOf(part.document, [...part.path, ...path], key));
    },
  };
}

function position(lines: LineCounter, offset: number): TextPosition {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
