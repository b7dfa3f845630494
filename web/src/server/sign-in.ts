import '@tanstack/react-start/server-only';

import { localPath } from './same-origin.ts';
import { session } from './session.ts';

/** Where a form of the sign-in wants to go on to. */
export async function destination(request: Request): Promise<string> {
  const to = (await request.formData()).get('to');
  return localPath(typeof to === 'string' ? to : null);
}

/** Sends a browser on, with a GET. */
export function goOn(to: string | URL): Response {
  return new Response(null, { status: 303, headers: { location: String(to), 'cache-control': 'no-store' } });
}

/** What a form of another site is answered. */
export function notOurs(): Response {
  return new Response('Only pages of this app may ask here.\n', { status: 403 });
}

/** Forget everything that the browser's session had. */
export async function emptySession(): ReturnType<typeof session> {
  const current = await session();
  for (const name of ['accessToken', 'expiresAt', 'refreshToken', 'idToken', 'name', 'pending'] as const) {
    delete current[name];
  }
  return current;
}
