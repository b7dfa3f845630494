import { createLocalStorage, type Storage } from "@graphiql/toolkit";

/** Local storage without request headers: the history would keep access tokens in it. */
export function headerlessStorage(): Storage {
  const storage = createLocalStorage({ namespace: "reelgraph" });
  const { setItem } = storage;
  return Object.assign(storage, {
    setItem: (key: string, value: string) => setItem(key, withoutHeaders(value)),
  });
}

function withoutHeaders(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value, (key, item: unknown) => (key === "headers" ? null : item)));
  } catch {
    return value; // not JSON: a query, a theme, a width
  }
}
