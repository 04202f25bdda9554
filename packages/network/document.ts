/** A YAML (or JSON) document that was read: its value, and where the parts of it stand. */
import { isMap, isNode, isScalar, type Document, type Node } from 'yaml';

/** An alias that unfolds without end is refused by the reader. */
export function toValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Of the value at a path, or of a key in it; of the nearest that there is where it is missing. */
export function offsetOf(document: Document, path: readonly PropertyKey[], key?: string): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    const keyNode = key === undefined || length < path.length ? undefined : findKey(node, key);
    return (keyNode ?? node).range?.[0] ?? 0;
  }
  return 0;
}

function findKey(node: Node, key: string): Node | undefined {
  if (!isMap(node)) return undefined;
  const keys = node.items.map((pair) => pair.key);
  return keys.filter(isScalar).find(({ value }) => String(value) === key);
}
