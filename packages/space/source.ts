/** A declaration's text and where each of its values stands in it, for errors that point at a place. */
import { offsetOf, toValue } from '@netspace/network/document';
import { LineCounter, parseDocument } from 'yaml';

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
  const value = toValue(document);
  if (value instanceof Error) throw new SpaceError(`${source}: ${value.message}`);
  return { value, fail };
}

function describe(path: Path, key?: string): string {
  const steps = [...path, ...(key === undefined ? [] : [key])];
  const text = steps
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`))
    .join('');
  return text === '' ? '' : `${text.replace(/^\./, '')}: `;
}
