/** What a data set is called on a command line or in a plan: a name of the catalog, or the path of a folder or an .npz file. */
import { existsSync } from 'node:fs';
import { catalog, type CatalogEntry, findCatalogEntry } from './catalog.ts';

export type Reference =
  | { readonly kind: 'catalog'; readonly entry: CatalogEntry }
  | { readonly kind: 'path'; readonly path: string; readonly resolution?: number };

/** A path at which nothing lies, or a resolution that is none; `code` is `data-reference`. */
export class ReferenceError extends Error {
  readonly code = 'data-reference';
}

/**
 * Reads a name or a path. A path may end in `@64`, which resizes a folder's images to 64 pixels a side. Names of the catalog come first:
 * `./mnist` is the folder of that name. Throws an UnknownDatasetError or a ReferenceError.
 */
export function readReference(text: string): Reference {
  const entry = catalog.find((candidate) => candidate.name === text);
  if (entry !== undefined) return { kind: 'catalog', entry };
  if (text !== '' && existsSync(text)) return { kind: 'path', path: text };
  const [, path = '', digits] = /^(.+)@(\d+)$/.exec(text) ?? [];
  if (path !== '' && existsSync(path))
    return { kind: 'path', path, resolution: readResolution(text, Number(digits)) };
  if (/[/\\]|\.npz$/.test(text))
    throw new ReferenceError(
      `${text}: there is no such folder or .npz file; check the path, which counts from the working folder`,
    );
  return { kind: 'catalog', entry: findCatalogEntry(text) };
}

function readResolution(text: string, resolution: number): number {
  if (resolution >= 8 && resolution <= 512) return resolution;
  throw new ReferenceError(`${text}: images are resized to 8 to 512 pixels a side; 28 to 224 are usual`);
}
