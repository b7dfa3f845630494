import '@tanstack/react-start/server-only';

import { getCookie, setCookie } from '@tanstack/react-start/server';
import { getIronSession, type IronSession } from 'iron-session';

import { settings } from './settings.ts';

/** What the session cookie keeps, sealed: browsers can send it and nothing else. */
export interface Session {
  accessToken?: string;
  /** Milliseconds since 1970; undefined if the issuer did not say. */
  expiresAt?: number | undefined;
  refreshToken?: string | undefined;
  idToken?: string | undefined;
  /** As the issuer has it, for people. */
  name?: string | undefined;
  /** A sign-in that has begun, until its callback. */
  pending?: { verifier: string; state: string; nonce: string; returnTo: string } | undefined;
}

const TWO_WEEKS = 14 * 24 * 60 * 60;

/** The session of the present request; `save` and `destroy` write the cookie. */
export function session(): Promise<IronSession<Session>> {
  const { secret, publicUrl } = settings();
  const secure = publicUrl.protocol === 'https:';
  return getIronSession<Session>(
    {
      read: getCookie,
      write: (name, value, { maxAge, ...options }) =>
        setCookie(name, value, maxAge === undefined ? options : { ...options, maxAge }),
    },
    {
      // The prefix makes browsers take it from this very host only, and over HTTPS.
      cookieName: secure ? '__Host-reelgraph' : 'reelgraph',
      password: secret,
      ttl: TWO_WEEKS,
      // Two tokens of a talkative issuer do not fit in one cookie.
      chunk: true,
      cookieOptions: { httpOnly: true, secure, sameSite: 'lax', path: '/' },
    },
  );
}
