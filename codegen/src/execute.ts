import type { TypedDocumentString } from './gql/graphql.ts';

export interface RequestOptions {
  /** The server's GraphQL endpoint, for example `http://127.0.0.1:8000/graphql`. */
  readonly url: string;
  /** Access token, sent as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  /** Aborting it rejects the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
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
  /** The HTTP status; undefined if the server could not be reached. */
  readonly status: number | undefined;
  /** Empty if there was no GraphQL response. */
  readonly errors: readonly ResponseError[];

  constructor(message: string, details: ErrorOptions & { status?: number; errors?: readonly ResponseError[] }) {
    super(message, details);
    this.status = details.status;
    this.errors = details.errors ?? [];
  }
}

/** Sends an operation and answers its data; throws `RequestError` if there are errors. */
export async function execute<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  options: RequestOptions,
): Promise<Result> {
  const response = await post({ query: document.toString(), variables }, options);
  const { data, errors = [] } = await read<Result>(response, options);
  if (errors.length === 0 && data != null) return data;
  const message = errors.map((error) => error.message).join('\n') || 'The response has no data';
  throw new RequestError(message, { status: response.status, errors });
}

async function post(body: object, options: RequestOptions): Promise<Response> {
  const { url, token, signal = null, fetch = globalThis.fetch } = options;
  const headers = {
    accept: 'application/graphql-response+json, application/json;q=0.9',
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };
  try {
    return await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RequestError(`${url} did not answer`, { cause });
  }
}

interface GraphQLResponse<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly ResponseError[];
}

async function read<Result>(response: Response, { url, signal }: RequestOptions): Promise<GraphQLResponse<Result>> {
  const body: unknown = await response.json().catch(() => signal?.throwIfAborted());
  if (isGraphQLResponse<Result>(body)) return body;
  const { status } = response;
  throw new RequestError(`${url} answered HTTP ${status} without a GraphQL response`, { status });
}

// What `data` looks like is the schema's promise; only the envelope can be in doubt.
function isGraphQLResponse<Result>(body: unknown): body is GraphQLResponse<Result> {
  return typeof body === 'object' && body !== null && ('data' in body || 'errors' in body);
}
