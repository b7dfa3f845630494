import { createFileRoute } from '@tanstack/react-router';

import { accessToken } from '../server/access.ts';
import { isOurs } from '../server/same-origin.ts';
import { settings } from '../server/settings.ts';

const SENT = ['accept', 'content-type', 'graphql-client-name', 'graphql-client-version', 'x-reelgraph-written'];
const ANSWERED = ['content-type', 'retry-after', 'x-reelgraph-written', 'x-request-id'];

/** The API as the app's own pages reach it: their session becomes the access token that the API knows. */
export const Route = createFileRoute('/api/graphql')({
  server: {
    handlers: {
      POST: async ({ request }) => {
        if (!isOurs(request)) return refusal(403, 'FORBIDDEN', 'Only pages of this app may ask here.');
        const token = await accessToken();
        if (!token) return refusal(401, 'UNAUTHENTICATED', 'You are signed out.');
        return forward(request, token);
      },
    },
  },
});

async function forward(request: Request, token: string): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  copy(SENT, request.headers, headers);
  try {
    const { status, body, headers: theirs } = await fetch(`${settings().apiUrl}/graphql`, {
      method: 'POST',
      headers,
      body: await request.arrayBuffer(),
      signal: request.signal,
    });
    const answered = new Headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    copy(ANSWERED, theirs, answered);
    return new Response(body, { status, headers: answered });
  } catch {
    return refusal(503, 'UNAVAILABLE', 'The server can not be reached at the moment.');
  }
}

function copy(names: readonly string[], from: Headers, to: Headers): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status });
}
