import '@tanstack/react-start/server-only';

import { createHash } from 'node:crypto';

import { refreshed } from './oidc.ts';
import { type Session, session } from './session.ts';

// A token that ends while a request is on its way would be refused there.
const EARLY = 30_000;
// Requests that began with the old refresh token find its successor for this long.
const KEPT = 60_000;

const successors = new Map<string, Promise<Session>>();

/** The access token of the present request's user, refreshed if it ends soon; undefined for nobody. */
export async function accessToken(): Promise<string | undefined> {
  const current = await session();
  const { accessToken: token, expiresAt, refreshToken } = current;
  if (!token || expiresAt === undefined || Date.now() < expiresAt - EARLY) return token;
  if (!refreshToken) return Date.now() < expiresAt ? token : undefined;
  try {
    Object.assign(current, await successor(refreshToken));
  } catch {
    // Taken back, or the issuer is away: whoever it is may sign in again.
    return Date.now() < expiresAt ? token : undefined;
  }
  await current.save();
  return current.accessToken;
}

// A page's requests come together, and an issuer may take a refresh token once only.
function successor(refreshToken: string): Promise<Session> {
  const key = createHash('sha256').update(refreshToken).digest('base64');
  const known = successors.get(key);
  if (known) return known;
  const coming = refreshed(refreshToken);
  successors.set(key, coming);
  const forget = (): boolean => successors.delete(key);
  coming.then(() => setTimeout(forget, KEPT).unref(), forget);
  return coming;
}
