import '@tanstack/react-start/server-only';

import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client';

import { answered, presentProvider, provider } from './oidc-provider.ts';
import type { Pending } from './session.ts';
import { settings } from './settings.ts';
import { sessionOf, type SignedIn } from './tokens.ts';

/** Where a browser is sent to sign in, and what its callback is checked against; throws `IssuerAwayError`. */
export async function beginSignIn(returnTo: string): Promise<{ url: URL; pending: Pending }> {
  const { oidc, configuration } = await presentProvider();
  const pending = { verifier: randomPKCECodeVerifier(), state: randomState(), nonce: randomNonce(), returnTo };
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: callbackUrl().href,
    scope: oidc.scope,
    code_challenge: await calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
    state: pending.state,
    nonce: pending.nonce,
    ...(oidc.audience && { audience: oidc.audience }),
    ...(oidc.resource && { resource: oidc.resource }),
    ...(oidc.prompt && { prompt: oidc.prompt }),
  });
  return { url, pending };
}

/** The session that a callback's code is exchanged for; throws where the issuer, or a check of its answer, says no. */
export async function completeSignIn(search: string, pending: Pending): Promise<SignedIn> {
  const { oidc, configuration } = await provider();
  // The address that the issuer knows, whatever a proxy has made of it.
  const url = callbackUrl();
  url.search = search;
  const checks = {
    pkceCodeVerifier: pending.verifier,
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  };
  const resource = oidc.resource && { resource: oidc.resource };
  const session = sessionOf(await answered(authorizationCodeGrant(configuration, url, checks, { ...resource })));
  if (!session.refreshToken) {
    console.warn('The issuer gave no refresh token, so a session ends with its access token: REELGRAPH_WEB_OIDC_PROMPT.');
  }
  return session;
}

/** The session that goes on from a refresh token; throws where the issuer says no, or `IssuerAwayError`. */
export async function refreshed(refreshToken: string): Promise<SignedIn> {
  const { oidc, configuration } = await provider();
  const resource = oidc.resource && { resource: oidc.resource };
  const tokens = await answered(refreshTokenGrant(configuration, refreshToken, { ...resource }));
  // An issuer that does not rotate them sends none; the old one goes on being good.
  return { refreshToken, ...sessionOf(tokens) };
}

/** Have the issuer take a refresh token back, where it does that: a copy of the cookie is then worth nothing. */
export async function revoke(refreshToken: string): Promise<void> {
  const { configuration } = await provider();
  if (!configuration.serverMetadata().revocation_endpoint) return;
  await answered(tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' }));
}

/** Whether the issuer has a place where its own session can be ended; throws `IssuerAwayError`. */
export async function hasEndOfSession(): Promise<boolean> {
  const { configuration } = await presentProvider();
  return configuration.serverMetadata().end_session_endpoint !== undefined;
}

/** That place; without an ID token it asks whom it is about. */
export async function endOfSession(idToken: string | undefined): Promise<URL> {
  const { configuration } = await provider();
  return buildEndSessionUrl(configuration, {
    post_logout_redirect_uri: new URL('/sign-in', settings().publicUrl).href,
    ...(idToken && { id_token_hint: idToken }),
  });
}

function callbackUrl(): URL {
  return new URL('/sign-in/callback', settings().publicUrl);
}
