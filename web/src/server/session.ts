import '@tanstack/react-start/server-only';

import { getCookie, setCookie } from '@tanstack/react-start/server';
import { getIronSession, type IronSession } from 'iron-session';

import { settings } from './settings.ts';

/** What the session cookie keeps, sealed: browsers can send it and nothing else. */
export interface Session {
  accessToken?: string;
  /** Milliseconds since 1970. */
  expiresAt?: number;
  /** When it is time for another access token, while the present one is good. */
  refreshAt?: number;
  refreshToken?: string;
  /** By which the issuer knows whom to sign out. */
  idToken?: string | undefined;
  /** As the issuer has it, for people. */
  name?: string;
  /** Signed out here, and on the way to the issuer to be signed out there. */
  isLeaving?: true;
}

/** A sign-in that has begun, until its callback. */
export interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnTo: string;
}

const HOUR = 60 * 60;
const TWO_WEEKS = 14 * 24 * HOUR;

/** The session of the present request; `save` and `destroy` write the cookie. */
export function session(): Promise<IronSession<Session>> {
  return sealed<Session>('reelgraph', TWO_WEEKS);
}

/** The sign-in that has begun in this browser: apart from the session, which goes on until another one is there. */
export function pendingSignIn(): Promise<IronSession<Pending>> {
  return sealed<Pending>('reelgraph-sign-in', HOUR);
}

/** Make the session what it is given, and nothing else of what it was. */
export async function replaceSession(by: Session): Promise<void> {
  const current = await session();
  for (const name of Object.keys(current)) Reflect.deleteProperty(current, name);
  await Object.assign(current, by).save();
}

function sealed<Content extends object>(name: string, ttl: number): Promise<IronSession<Content>> {
  const { secret, publicUrl } = settings();
  // By the address that browsers know: a proxy that speaks HTTPS to them speaks HTTP to us.
  const secure = publicUrl.protocol === 'https:';
  return getIronSession<Content>(
    {
      read: getCookie,
      write: (key, value, { maxAge, ...options }) =>
        setCookie(key, value, maxAge === undefined ? options : { ...options, maxAge }),
    },
    {
      // The prefix makes browsers take it from this very host only, and over HTTPS.
      cookieName: secure ? `__Host-${name}` : name,
      password: secret,
      ttl,
      // The tokens of a talkative issuer do not fit in one cookie.
      chunk: true,
      cookieOptions: { httpOnly: true, secure, sameSite: 'lax', path: '/' },
    },
  );
}
