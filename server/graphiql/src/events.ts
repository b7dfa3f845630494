import type { ExecutionResult } from "graphql";

/** What `start` yields, until it ends or `return` is called: that aborts its signal, also while a value is awaited. */
export function stoppable<Value>(
  start: (signal: AbortSignal) => AsyncGenerator<Value>,
): AsyncIterableIterator<Value, undefined> {
  const stop = new AbortController();
  const values = start(stop.signal);
  const ended = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const next = stop.signal.aborted ? ended : await values.next();
      return stop.signal.aborted ? ended : next;
    },
    async return() {
      stop.abort();
      return ended;
    },
  };
}

export function isEventStream(response: Response): boolean {
  return response.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
}

/** The results in a stream of GraphQL over server-sent events; in the end, whether the server said that it is all. */
export async function* resultsIn(response: Response): AsyncGenerator<ExecutionResult, boolean> {
  for await (const [name, data] of eventsIn(response)) {
    if (name === "next") yield JSON.parse(data) as ExecutionResult;
    if (name === "complete") return true;
  }
  return false;
}

async function* eventsIn(response: Response): AsyncGenerator<[name: string, data: string]> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const read = await reader.read().catch(() => null); // null where the connection broke
    if (!read || read.done) return;
    const blocks = (text + decoder.decode(read.value, { stream: true })).split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) yield [field(block, "event"), field(block, "data")];
  }
}

/** The values of a field, one a line. */
function field(block: string, name: string): string {
  const lines = block.split("\n").filter((line) => line.startsWith(`${name}:`));
  return lines.map((line) => line.slice(name.length + 1).replace(/^ /, "")).join("\n");
}
