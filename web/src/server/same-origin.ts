import '@tanstack/react-start/server-only';

import { settings } from './settings.ts';

/**
 * Whether a request was made by a page of ours, as browsers say by headers that no page can set.
 *
 * Cookies go along with requests of other sites' pages, too; what changes something must have been asked for by ours.
 * A page that reaches this server under a name of its own (DNS rebinding) is of the same origin to its browser, so the
 * origin, which is sent with whatever is no GET, has to be the one we know.
 */
export function isOurs({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site !== null && site !== 'same-origin') return false;
  if (origin !== null) return origin === settings().publicUrl.origin;
  // Without HTTPS browsers say less.
  return site !== null || originOf(headers.get('referer') ?? '') === settings().publicUrl.origin;
}

/** A path of this app to go on to, of what a request asks for: never another site. */
export function localPath(asked: string | null): string {
  const base = settings().publicUrl;
  if (!asked?.startsWith('/') || !URL.canParse(asked, base)) return '/';
  const { origin, pathname, search } = new URL(asked, base);
  // `/.//evil.example` is a path of ours whose pathname, by itself, is an address elsewhere.
  return origin === base.origin && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}

function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
