/** Questions to the server, and its refusals in its own words. */
import type { ErrorAnswer } from '../report-schema.ts';

/** The server's answer was no answer: `code` is its own, or `unreachable`. */
class RequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function ask<T>(address: string, options: RequestInit = {}): Promise<T> {
  const answer = await fetch(address, options).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestError(
      'unreachable',
      'The dashboard does not answer. Is netspace dashboard still running?',
    );
  });
  if (answer.ok) return (await answer.json()) as T;
  const refusal = (await answer.json().catch(() => undefined)) as ErrorAnswer | undefined;
  throw new RequestError(
    refusal?.error.code ?? String(answer.status),
    refusal?.error.message ?? `The dashboard answered with ${answer.status}.`,
  );
}

/** For what changes something; only where the dashboard was started with --allow-write. */
export function change<T>(method: 'POST' | 'PUT' | 'DELETE', address: string, body?: unknown): Promise<T> {
  if (body === undefined) return ask(address, { method });
  return ask(address, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
