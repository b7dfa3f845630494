import '@tanstack/react-start/server-only';

import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';

import type { Session } from './session.ts';

// A token that ends while a request is on its way would be refused there.
const EARLY = 30_000;
// Proxies take 8 KB of cookies as they come, and sealing makes 4 of 3 bytes.
const ROOM = 5_500;

/** A session of somebody. */
export type SignedIn = Session & { readonly accessToken: string };

/** What a session keeps of an issuer's answer; throws for tokens that the API could not check. */
export function sessionOf(tokens: TokenEndpointResponse & TokenEndpointResponseHelpers): SignedIn {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = tokens;
  const claims = tokens.claims();
  const name = claims?.name ?? claims?.preferred_username ?? claims?.email;
  const fits = accessToken.length + (refreshToken ?? '').length + (idToken ?? '').length < ROOM;
  return {
    ...withAccessToken(accessToken),
    ...(refreshToken && { refreshToken }),
    ...(idToken && { idToken: fits ? idToken : undefined }),
    ...(typeof name === 'string' && { name: name.slice(0, 100) }),
  };
}

/** A session with an access token: when it ends, the API reads in it, and so do we. */
export function withAccessToken(accessToken: string): SignedIn {
  const expiresAt = endOf(accessToken);
  // Some live no longer than that.
  const refreshAt = Math.max(expiresAt - EARLY, (Date.now() + expiresAt) / 2);
  return { accessToken, expiresAt, refreshAt };
}

// Whether the rest of it is good is for the API to say.
function endOf(token: string): number {
  try {
    const { exp }: { exp?: unknown } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    if (typeof exp === 'number') return exp * 1000;
  } catch {
    // Issuers that were not asked for an audience give tokens that only they can read.
  }
  throw new Error('the access token is no JWT that ends: see REELGRAPH_WEB_OIDC_RESOURCE and REELGRAPH_WEB_OIDC_AUDIENCE');
}
