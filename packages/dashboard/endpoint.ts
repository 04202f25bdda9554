/** An endpoint of the API, described once: routes, types of the pages and the OpenAPI document are made of it. */
import type { z } from 'zod';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Endpoint {
  readonly method: Method;
  /** `{sweep}` is a part that varies. */
  readonly path: `/api/${string}`;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Of a JSON answer; else the kind of file that comes. */
  readonly answer: z.ZodType | { readonly contentType: string };
}

/** What a schema yields, or nothing where there is none. */
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What the handler of an endpoint is given, checked. */
export interface Asked<E extends Endpoint> {
  readonly params: Parsed<E['params']>;
  readonly query: Parsed<E['query']>;
  readonly body: Parsed<E['body']>;
}

export type Answer<E extends Endpoint> = E['answer'] extends z.ZodType ? z.input<E['answer']> : never;
