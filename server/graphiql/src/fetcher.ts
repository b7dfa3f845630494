import type { FetcherParams } from "@graphiql/toolkit";
import { type ExecutionResult, GraphQLError } from "graphql";

const SHOWN_BODY = 300;

/** Sends an operation with the Headers tab's headers; `explain` asks the server how it answers. Never rejects. */
export type Send = (
  params: FetcherParams,
  headers: Record<string, string> | undefined,
  explain?: string,
) => Promise<ExecutionResult>;

/**
 * Sends operations by POST. The token goes along unless the Headers tab has an Authorization header, so it
 * never enters an editor, whose contents the browser stores.
 */
export function createSend(url: string, token: string | null): Send {
  return async (params, given, explain) => {
    try {
      const headers = new Headers(given);
      headers.set("Accept", "application/graphql-response+json, application/json");
      headers.set("Content-Type", "application/json");
      if (token && !headers.has("Authorization")) headers.set("Authorization", `Bearer ${token}`);
      if (explain) headers.set("X-Reelgraph-Explain", explain);
      return await post(url, headers, JSON.stringify(params));
    } catch (error) {
      return failure(error instanceof Error ? error.message : String(error));
    }
  };
}

async function post(url: string, headers: Headers, body: string): Promise<ExecutionResult> {
  const response = await fetch(url, { method: "POST", headers, body }).catch(() => null);
  if (!response) return failure(`No answer from ${url}. Is the server running?`);
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    return failure(`The server answered ${response.status} without JSON: ${text.slice(0, SHOWN_BODY)}`);
  }
}

// A result rather than an exception: GraphiQL shows exceptions with their stacks.
function failure(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}
