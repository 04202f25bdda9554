/** Published figures beside the repository, for tests that run where they are. */
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../shared/goldens/', import.meta.url);

/** Undefined where the file is not there; the test that wants it then says that it was skipped. */
export function readGolden<T>(name: string): T | undefined {
  const file = new URL(`${name}.json`, folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** Flops, params and activations as the goldens write them. */
export interface GoldenCounts {
  readonly flops: number;
  readonly params: number;
  readonly acts: number;
}
