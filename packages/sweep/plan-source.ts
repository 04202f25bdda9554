/** A plan's text and where each of its values stands in it, for errors that point at a place. */
import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';

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
    try {
      this.value = this.#document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      throw new PlanError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** "plan.yaml:12:5", of a value or, with `key`, of a key in it; of the nearest that there is when it is missing. */
  locate(path: Path, key?: string): string {
    const { line, col } = this.#lines.linePos(this.#offset(path, key));
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

  #offset(path: Path, key?: string): number {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true) as Node | undefined;
      const inside =
        key !== undefined && length === path.length && isMap(node) ? keyOf(node.items, key) : undefined;
      const offset = inside ?? node?.range?.[0];
      if (offset !== undefined) return offset;
    }
    return 0;
  }
}

function keyOf(items: readonly unknown[], key: string): number | undefined {
  for (const item of items)
    if (isPair(item) && isScalar(item.key) && String(item.key.value) === key) return item.key.range?.[0];
  return undefined;
}

/** "spaces, item 2, networks". */
function describePath(path: Path): string {
  return path.map((part) => (typeof part === 'number' ? `item ${part + 1}` : part)).join(', ');
}
