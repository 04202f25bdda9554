/** What can go wrong between a sweep and its store, each cause with a stable code and a sentence for people. */

/**
 * `store-unreachable`: the file cannot be opened, the server does not answer or has no such database. `store-refused`: the server
 * does not let this user in, or do that. `store-read-only`: it cannot be written.
 * `store-full`: no space left. `store-busy`: another process kept it locked. `store-damaged`: it holds no sound database.
 * `store-gone`: its file was removed or replaced while it was open.
 * `store-foreign`: a database, but not ours. `store-newer`: written by a newer netspace. `store-failed`: anything else the
 * database reports. `sweep-unknown`, `trial-unknown`: nothing by that name. `sweep-running`: trials are being trained.
 * `merge-conflict`: two stores tell different things of one trial.
 */
export type StoreErrorCode =
  | 'store-unreachable'
  | 'store-refused'
  | 'store-read-only'
  | 'store-full'
  | 'store-busy'
  | 'store-damaged'
  | 'store-gone'
  | 'store-foreign'
  | 'store-newer'
  | 'store-failed'
  | 'sweep-unknown'
  | 'trial-unknown'
  | 'sweep-running'
  | 'merge-conflict';

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}
