/** What is wrong with a population that was to be read: which file, which line or record, and how to mend it. */
export class PopulationError extends Error {
  readonly code = 'population';
}
