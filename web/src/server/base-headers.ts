import '@tanstack/react-start/server-only';

/** The headers of whatever is answered, unless it has its own. */
export const BASE_HEADERS: readonly [string, string][] = [
  // What is answered is somebody's, and nobody else's, also after that somebody has signed out.
  ['cache-control', 'private, no-store'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'same-origin'],
  ['x-content-type-options', 'nosniff'],
];

/** An answer with these headers where it has none of that name. */
export function withHeaders(response: Response, headers: readonly [string, string][]): Response {
  const missing = headers.filter(([name]) => !response.headers.has(name));
  try {
    for (const [name, value] of missing) response.headers.set(name, value);
    return response;
  } catch {
    // A redirect's can not be changed.
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers: [...response.headers, ...missing] });
  }
}
