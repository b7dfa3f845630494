import { createFileRoute } from '@tanstack/react-router';

import { accessToken } from '../server/access.ts';
import { asked } from '../server/asked.ts';
import { IssuerAwayError } from '../server/oidc-provider.ts';
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
        try {
          const token = await accessToken();
          if (!token) return refusal(401, 'UNAUTHENTICATED', 'You are signed out.');
          return await forward(request, token);
        } catch (error) {
          return refusalFor(error);
        }
      },
      ANY: () => new Response('Only POST is answered here.\n', { status: 405, headers: { allow: 'POST' } }),
    },
  },
});

async function forward(request: Request, token: string): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  copy(SENT, request.headers, headers);
  const body = await request.arrayBuffer();
  const { signal } = request;
  const answer = await asked(`${settings().apiUrl}/graphql`, { method: 'POST', headers, body, signal });
  const answered = new Headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  copy(ANSWERED, answer.headers, answered);
  return new Response(answer.body, { status: answer.status, headers: answered });
}

function copy(names: readonly string[], from: Headers, to: Headers): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
}

// `UNAVAILABLE` is what clients ask again after.
function refusalFor(error: unknown): Response {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  // What is left of it is not read.
  if (status === 413) return refusal(413, 'BAD_REQUEST', 'The request is too large.', { connection: 'close' });
  const message = error instanceof IssuerAwayError ? error.message : 'The server can not be reached at the moment.';
  return refusal(503, 'UNAVAILABLE', message);
}

function refusal(status: number, code: string, message: string, headers: HeadersInit = {}): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status, headers });
}
