import type { FetcherParams } from "@graphiql/toolkit";
import { type ExecutionResult, GraphQLError } from "graphql";

import { isEventStream, resultsIn, stoppable } from "./events";

const SHOWN_BODY = 300;

/** Sends an operation with the Headers tab's headers; `explain` asks the server how it answers. Never rejects. */
export type Send = (
  params: FetcherParams,
  headers: Record<string, string> | undefined,
  explain?: string,
) => Promise<ExecutionResult>;

/** The results of a subscription as they come, until `return` is called or the last says why there are no more. */
export type Subscribe = (
  params: FetcherParams,
  headers: Record<string, string> | undefined,
) => AsyncIterable<ExecutionResult>;

/** Sends queries and mutations by POST. */
export function createSend(url: string, token: string | null): Send {
  return async (params, given, explain) => {
    try {
      const headers = headersOf(given, token, "application/graphql-response+json, application/json");
      if (explain) headers.set("X-Reelgraph-Explain", explain);
      const response = await post(url, headers, params);
      return response ? await resultOf(response) : unanswered(url);
    } catch (error) {
      return failure(error instanceof Error ? error.message : String(error));
    }
  };
}

/** Sends subscriptions by POST; the results come as server-sent events. */
export function createSubscribe(url: string, token: string | null): Subscribe {
  return (params, given) =>
    stoppable(async function* (signal) {
      try {
        const response = await post(url, headersOf(given, token, "text/event-stream"), params, signal);
        if (!response) yield unanswered(url);
        else if (!isEventStream(response)) yield await resultOf(response);
        else if (!(yield* resultsIn(response))) yield failure("The server no longer answers. Run the operation again.");
      } catch (error) {
        yield failure(error instanceof Error ? error.message : String(error));
      }
    });
}

// The token goes along unless the Headers tab has an Authorization header, so it never enters an editor, whose
// contents the browser stores.
function headersOf(given: Record<string, string> | undefined, token: string | null, accept: string): Headers {
  const headers = new Headers(given);
  headers.set("Accept", accept);
  headers.set("Content-Type", "application/json");
  if (!headers.has("GraphQL-Client-Name")) headers.set("GraphQL-Client-Name", "GraphiQL");
  if (token && !headers.has("Authorization")) headers.set("Authorization", `Bearer ${token}`);
  return headers;
}

function post(url: string, headers: Headers, params: FetcherParams, signal: AbortSignal | null = null) {
  return fetch(url, { method: "POST", headers, body: JSON.stringify(params), signal }).catch(() => null);
}

async function resultOf(response: Response): Promise<ExecutionResult> {
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    return failure(`The server answered ${response.status} without JSON: ${text.slice(0, SHOWN_BODY)}`);
  }
}

function unanswered(url: string): ExecutionResult {
  return failure(`No answer from ${url}. Is the server running?`);
}

// A result rather than an exception: GraphiQL shows exceptions with their stacks.
function failure(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}
