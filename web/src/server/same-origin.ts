import '@tanstack/react-start/server-only';

import { settings } from './settings.ts';

/**
 * Whether a request was made by a page of ours, as browsers say by headers that no page can set.
 *
 * Cookies go along with requests of other sites' pages, too; what changes something must have been asked for by ours.
 */
export function isOurs(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  return request.headers.get('origin') === settings().publicUrl.origin;
}

/** A path of this app to go on to, of what a request asks for: never another site. */
export function localPath(asked: string | null): string {
  const base = settings().publicUrl;
  if (!asked?.startsWith('/') || !URL.canParse(asked, base)) return '/';
  const url = new URL(asked, base);
  return url.origin === base.origin ? `${url.pathname}${url.search}` : '/';
}
