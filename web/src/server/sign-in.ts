import '@tanstack/react-start/server-only';

import { localPath } from './same-origin.ts';
import { settings } from './settings.ts';

/** Why somebody is asked to sign in once more. */
export type Failure = 'refused' | 'away';

/** Where a form of the sign-in wants to go on to. */
export async function destination(request: Request): Promise<string> {
  // What is no form says nothing.
  const to = await request.formData().then((form) => form.get('to'), () => null);
  return localPath(typeof to === 'string' ? to : null);
}

/** Sends a browser on, with a GET. */
export function goOn(to: string | URL): Response {
  return new Response(null, { status: 303, headers: { location: String(to), 'cache-control': 'no-store' } });
}

/** Back to the sign-in, which says what went wrong. */
export function failed(failure: Failure, to: string): Response {
  return goOn(`/sign-in?${new URLSearchParams({ failed: failure, to })}`);
}

/**
 * Sends a browser on from a form of ours to where the issuer takes over.
 *
 * By a page: browsers want every address that a form's answer leads to, and that each of those leads to, among our
 * policy's `form-action`, and only the issuer knows whom it asks in its turn.
 */
export function goOnByPage(to: string | URL): Response {
  const address = String(to).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=${address}">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<title>One moment · Reelgraph</title>
<p><a href="${address}">Go on</a></p>
`;
  return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } });
}

/** What a form of another site is answered. */
export function notOurs(): Response {
  return new Response(`Only pages of this app may ask here: ${settings().publicUrl.origin}\n`, { status: 403 });
}
