import { type Asked, asked, wantsText } from './persisted.ts';
import { dataOf, post, type RequestOptions, send, type TypedDocument } from './request.ts';

export interface ExecuteOptions extends RequestOptions {
  /** `GET` lets browsers and proxies keep answers: what is a query, and known by its id, is then sent by GET. */
  readonly method?: 'GET' | 'POST' | undefined;
}

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

/**
 * Sends an operation and answers its data; throws `RequestError` if there are errors.
 *
 * A document goes by its id; where the server doesn't know that, by its text from then on.
 */
export async function execute<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: NoInfer<Variables>,
  options: ExecuteOptions,
): Promise<Result> {
  const sent = asked(document, options.url);
  try {
    return await dataOf<Result>(await request(document, sent, variables, options), options);
  } catch (error) {
    if (!wantsText(error, document, sent, options.url)) throw error;
    return await execute(document, variables, options);
  }
}

function request<Variables>(
  document: TypedDocument<unknown, Variables>,
  sent: Asked,
  variables: Variables,
  options: ExecuteOptions,
): Promise<Response> {
  const { url, method } = options;
  const mayBeKept = /^\s*query\b/.test(document.toString()) && 'documentId' in sent;
  if (method !== 'GET' || !mayBeKept) return post({ ...sent, variables }, ACCEPT, options);
  const query = new URLSearchParams({ ...sent, variables: JSON.stringify(variables) });
  return send(`${url}${url.includes('?') ? '&' : '?'}${query}`, { headers: { accept: ACCEPT } }, options);
}
