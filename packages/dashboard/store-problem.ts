/** What the store refuses, as a status and a sentence that shows nothing of the machine. */
import type { StoreError } from '@netspace/store/store-error';

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function problemOfStore({ code, message }: StoreError): Problem {
  if (code === 'sweep-unknown' || code === 'trial-unknown')
    return { status: 404, code, message: 'there is no such sweep or trial' };
  if (code === 'sweep-running') return { status: 409, code, message };
  return {
    status: 503,
    code,
    message: 'the store does not answer as it should; the terminal of netspace says more',
  };
}
