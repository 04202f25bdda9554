/** A plan's text and where each of its values stands in it, for errors that point at a place. */
import { offsetOf, toValue } from '@netspace/network/document';
import { LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';

export type Path = readonly (string | number)[];

/** A mistake in a plan; `code` is `plan`. The message begins with file, line and column. */
export class PlanError extends Error {
  readonly code = 'plan';
}

export class PlanSource {
  readonly name: string;
  readonly value: unknown;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /** Reads YAML; `name` is the file's, for errors. */
  constructor(text: string, name: string) {
    this.name = name;
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [mistake] = this.#document.errors;
    if (mistake) {
      const { line, col } = this.#lines.linePos(mistake.pos[0]);
      throw new PlanError(`${name}:${line}:${col}: this is not YAML: ${mistake.message}`);
    }
    this.value = toValue(this.#document);
    if (this.value instanceof Error) throw new PlanError(`${name}: ${this.value.message}`);
  }

  /** "plan.yaml:12:5", of a value or, with `key`, of a key in it; of the nearest that there is when it is missing. */
  locate(path: Path, key?: string): string {
    const { line, col } = this.#lines.linePos(offsetOf(this.#document, path, key));
    return `${this.name}:${line}:${col}`;
  }

  error(path: Path, message: string, key?: string): PlanError {
    const place = path.length === 0 ? '' : `${describePath(path)}: `;
    return new PlanError(`${this.locate(path, key)}: ${place}${message}`);
  }

  /**
   * The text with all but one value blanked out, so that whoever reads that value finds its places unchanged. Undefined
   * for a value that takes parts from elsewhere in the text, by an alias.
   */
  isolate(path: Path): string | undefined {
    const node = this.#document.getIn(path, true) as Node | undefined;
    const [from, to] = node?.range ?? [0, 0];
    let whole = to > from;
    visit(node ?? null, { Alias: () => void (whole = false) });
    return whole ? this.#text.slice(0, from).replace(/[^\n]/g, ' ') + this.#text.slice(from, to) : undefined;
  }
}

/** "spaces, item 2, networks". */
function describePath(path: Path): string {
  return path.map((part) => (typeof part === 'number' ? `item ${part + 1}` : part)).join(', ');
}
