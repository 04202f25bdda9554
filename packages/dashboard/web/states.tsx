/** What stands where there is nothing to show yet, nothing at all, or an error. */
import type { ComponentChildren } from 'preact';
import type { Loaded } from './loaded.ts';

interface Props<T> {
  readonly of: Loaded<T>;
  /** What is waited for: "sweeps". */
  readonly what: string;
  readonly children: (value: T) => ComponentChildren;
}

/** A value that was there before a reading failed is shown still, below the reason. */
export function Shown<T>({ of, what, children }: Props<T>) {
  const { value, problem, loading } = of;
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {value === undefined && problem === undefined && loading && (
        <p class="quiet waiting" role="status">
          Reading {what} …
        </p>
      )}
      {value !== undefined && children(value)}
    </>
  );
}
