import type { Fetcher, FetcherParams } from "@graphiql/toolkit";
import { type ExecutionResult, getOperationAST, parse } from "graphql";

import type { Send, Subscribe } from "../fetcher";
import { explainStore, type Run } from "./store";
import type { Explanation } from "./types";

/**
 * While the panel is open, asks for explanations and takes them out of the answers, into the panel. Subscriptions have
 * none.
 */
export function explainingFetcher(send: Send, subscribe: Subscribe): Fetcher {
  let latest = 0;
  return async (params, options) => {
    // What somebody runs comes with a `documentAST`, be it undefined; the schema that GraphiQL fetches does not.
    if (!options || !("documentAST" in options)) return send(params, options?.headers);
    const number = ++latest;
    const operation = operationOf(params);
    const live = operation?.kind === "subscription";
    if (live || !explainStore.isOpen()) {
      explainStore.show(null); // what the panel knows is no longer about the last operation
      return live ? subscribe(params, options.headers) : send(params, options.headers);
    }
    const repeat = (explain: string) => send(params, options.headers, explain);
    const { answer, explanation } = takeExplanation(await repeat("1"));
    const answered = answer.data !== undefined;
    // Answers overtake each other; GraphiQL too shows that of the last operation.
    if (number === latest) explainStore.show({ operation, answered, explanation, repeat });
    return answer;
  };
}

/** An answer as it would be unexplained, and the explanation. */
export function takeExplanation(result: ExecutionResult) {
  const { extensions, ...answer } = result;
  const { explain, ...others } = extensions ?? {};
  if (!explain) return { answer: result, explanation: null };
  return {
    answer: Object.keys(others).length ? { ...answer, extensions: others } : answer,
    explanation: explain as Explanation,
  };
}

function operationOf({ query, operationName }: FetcherParams): Run["operation"] {
  try {
    const operation = getOperationAST(parse(query), operationName);
    return operation ? { kind: operation.operation, name: operation.name?.value } : null;
  } catch {
    return null; // not GraphQL; the server says what is wrong with it
  }
}
