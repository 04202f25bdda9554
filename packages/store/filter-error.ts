/** A filter or an order of trials that cannot be understood; the sentence says where, and what is allowed. */
export class FilterError extends Error {
  readonly code = 'filter-invalid';

  constructor(message: string) {
    super(message);
    this.name = 'FilterError';
  }
}
