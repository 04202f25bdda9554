/** A declaration's text and where each of its values stands in it, for errors that point at a place. */
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';

export type Path = readonly PropertyKey[];

/** A space that cannot be; the message says where, what is wrong and what would be allowed. */
export class SpaceError extends Error {
  readonly code = 'SPACE';
}

/** Makes the error of a mistake at a place; `key` names a key inside of it. */
export type Fail = (path: Path, message: string, key?: string) => SpaceError;

/** `dimensions.width: message`, after the name of the source. */
export function failIn(where: string): Fail {
  return (path, message, key) => new SpaceError(`${where}: ${describe(path, key)}${message}`);
}

/** The value of a YAML or JSON text, and errors with line and column: `space.yaml:3:5: dimensions.width: message`. */
export function readYaml(text: string, source: string): { value: unknown; fail: Fail } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [mistake] = document.errors;
  if (mistake) {
    const { line, col } = lines.linePos(mistake.pos[0]);
    throw new SpaceError(`${source}:${line}:${col}: this is not YAML: ${mistake.message}`);
  }
  const fail: Fail = (path, message, key) => {
    const { line, col } = lines.linePos(offsetOf(document, path, key));
    return failIn(`${source}:${line}:${col}`)(path, message, key);
  };
  return { value: valueOf(document, source), fail };
}

function valueOf(document: Document, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SpaceError(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Of the value, or of the nearest that there is when it is missing. */
function offsetOf(document: Document, path: Path, key?: string): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    const inside =
      key !== undefined && length === path.length && isMap(node) ? keyOffset(node.items, key) : undefined;
    const offset = inside ?? node?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return 0;
}

function keyOffset(items: readonly unknown[], key: string): number | undefined {
  for (const item of items)
    if (isPair(item) && isScalar(item.key) && String(item.key.value) === key) return item.key.range?.[0];
  return undefined;
}

function describe(path: Path, key?: string): string {
  const steps = [...path, ...(key === undefined ? [] : [key])];
  const text = steps
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`))
    .join('');
  return text === '' ? '' : `${text.replace(/^\./, '')}: `;
}
