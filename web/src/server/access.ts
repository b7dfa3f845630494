import '@tanstack/react-start/server-only';

import { createHash } from 'node:crypto';

import { refreshed } from './oidc.ts';
import { IssuerAwayError } from './oidc-provider.ts';
import { reasonOf } from './reason.ts';
import { type Session, session } from './session.ts';

// Requests that began with the old refresh token find what came of it for this long.
const KEPT = 60_000;
// An issuer that is away is not waited for by every request.
const AWAY = 5_000;

const successors = new Map<string, Promise<Session>>();

/**
 * The access token of the present request's user, refreshed if it ends soon; undefined for nobody.
 *
 * Throws `IssuerAwayError` where it has ended and the issuer can't be asked for another one.
 */
export async function accessToken(): Promise<string | undefined> {
  const current = await session();
  if (!current.refreshToken || isFresh(current)) return good(current);
  try {
    Object.assign(current, await latest(current.refreshToken));
  } catch (error) {
    if (error instanceof IssuerAwayError && !good(current)) throw error;
    // Taken back: whoever it is signs in again when the token has ended.
    return good(current);
  }
  await current.save();
  return good(current);
}

function isFresh({ refreshAt = 0 }: Partial<Session>): boolean {
  return Date.now() < refreshAt;
}

function good({ accessToken: token, expiresAt = 0 }: Partial<Session>): string | undefined {
  return Date.now() < expiresAt ? token : undefined;
}

// A request that took long may come with a token whose successor has had one, too.
async function latest(refreshToken: string): Promise<Session> {
  const isKnown = successors.has(keyOf(refreshToken));
  const next = await successor(refreshToken);
  if (!isKnown || isFresh(next) || !next.refreshToken || next.refreshToken === refreshToken) return next;
  return latest(next.refreshToken);
}

// A page's requests come together, and an issuer may take a refresh token once only.
function successor(refreshToken: string): Promise<Session> {
  const key = keyOf(refreshToken);
  const known = successors.get(key);
  if (known) return known;
  const coming = refreshed(refreshToken);
  successors.set(key, coming);
  const forgetAfter = (milliseconds: number): void => {
    setTimeout(() => successors.delete(key), milliseconds).unref();
  };
  coming.then(
    // Where refresh tokens stay the same, the same one brings the next access token.
    (next) => forgetAfter(next.refreshToken === refreshToken ? 0 : KEPT),
    (error: unknown) => {
      console.warn(`A session could not be refreshed: ${reasonOf(error)}`);
      forgetAfter(error instanceof IssuerAwayError ? AWAY : KEPT);
    },
  );
  return coming;
}

// What is kept in memory opens nothing.
function keyOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('base64');
}
