import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';

import { noteWritten, WRITTEN, written } from './written.ts';

export interface RequestOptions {
  /** The server's GraphQL endpoint, for example `http://127.0.0.1:8000/graphql`. */
  readonly url: string;
  /** Access token, sent as `Authorization: Bearer …`; or a function that is asked for one before each request. */
  readonly token?: Token | (() => Token | Promise<Token>);
  /** Who asks, sent as `GraphQL-Client-Name` and `GraphQL-Client-Version`: the server counts what each client uses. */
  readonly client?: { readonly name: string; readonly version?: string | undefined } | undefined;
  /** Aborting it rejects the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

type Token = string | undefined;

/** A generated operation: of this package, or of a client that `reelgraph codegen --out` made elsewhere. */
export interface TypedDocument<Result, Variables> extends String, DocumentTypeDecoration<Result, Variables> {
  readonly __meta__?: { readonly hash?: string } | undefined;
}

/** An entry of a response's `errors`. Expected failures are not here: they are members of each mutation's result. */
export interface ResponseError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions?: { readonly code?: string; readonly [key: string]: unknown };
}

/** The request failed: the response had `errors`, or none came. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The HTTP status; undefined if the server could not be reached, or was lost. */
  readonly status: number | undefined;
  /** Empty if there was no GraphQL response. */
  readonly errors: readonly ResponseError[];

  constructor(message: string, details: ErrorOptions & { status?: number; errors?: readonly ResponseError[] }) {
    super(message, details);
    this.status = details.status;
    this.errors = details.errors ?? [];
  }

  /** What went wrong, in one word: the first error's `extensions.code`. */
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

/** Sends a request to `url`, with the headers of every request; throws `RequestError` if no response comes. */
export async function send(url: string, init: RequestInit, options: RequestOptions): Promise<Response> {
  const { signal = null, fetch = globalThis.fetch } = options;
  // Outside of what may be tried again: a name that fits in no header never will.
  const place = written(options.url);
  const headers = new Headers({ ...(await identity(options)), ...(place && { [WRITTEN]: place }), ...init.headers });
  try {
    const response = await fetch(url, { ...init, headers, signal });
    noteWritten(options.url, response.headers.get(WRITTEN));
    return response;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RequestError(`${options.url} did not answer`, { cause });
  }
}

/** Sends a POST with a JSON body. */
export function post(body: object, accept: string, options: RequestOptions): Promise<Response> {
  const headers = { accept, 'content-type': 'application/json' };
  return send(options.url, { method: 'POST', headers, body: JSON.stringify(body) }, options);
}

/** The data of a single answer; throws `RequestError` if there are errors, or it is no GraphQL response. */
export async function dataOf<Result>(response: Response, options: RequestOptions): Promise<Result> {
  const body: unknown = await response.json().catch(() => options.signal?.throwIfAborted());
  return dataIn<Result>(body, response.status, options);
}

/** The data of a GraphQL response; throws `RequestError` if there are errors, or it is none. */
export function dataIn<Result>(body: unknown, status: number, { url }: RequestOptions): Result {
  if (!isGraphQLResponse<Result>(body)) {
    throw new RequestError(`${url} answered HTTP ${status} without a GraphQL response`, { status });
  }
  const { data, errors = [], extensions } = body;
  noteWritten(url, extensions?.written);
  if (errors.length === 0 && data != null) return data;
  const message = errors.map((error) => error.message).join('\n') || 'The response has no data';
  throw new RequestError(message, { status, errors });
}

async function identity({ token, client }: RequestOptions): Promise<Record<string, string>> {
  const bearer = typeof token === 'function' ? await token() : token;
  return {
    ...(bearer && { authorization: `Bearer ${bearer}` }),
    ...(client && { 'graphql-client-name': client.name }),
    ...(client?.version && { 'graphql-client-version': client.version }),
  };
}

interface GraphQLResponse<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly ResponseError[];
  /** In a stream, whose headers were sent long ago, `written` stands here. */
  readonly extensions?: { readonly written?: unknown } | null;
}

// What `data` looks like is the schema's promise; only the envelope can be in doubt.
function isGraphQLResponse<Result>(body: unknown): body is GraphQLResponse<Result> {
  return typeof body === 'object' && body !== null && ('data' in body || 'errors' in body);
}
