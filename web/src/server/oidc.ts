import '@tanstack/react-start/server-only';

import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';

import type { Session } from './session.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { settings } from './settings.ts';

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** Where a browser is sent to sign in, and what its callback is checked against. */
export async function beginSignIn(returnTo: string): Promise<{ url: URL; pending: NonNullable<Session['pending']> }> {
  const { oidc, configuration } = await provider();
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
    // Issuers give refresh tokens only to those whom the user has agreed to give one.
    ...(oidc.scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
  });
  return { url, pending };
}

/** The session that a callback's code is exchanged for; throws where the issuer or a check says no. */
export async function completeSignIn(search: string, pending: NonNullable<Session['pending']>): Promise<Session> {
  const { oidc, configuration } = await provider();
  const url = callbackUrl();
  url.search = search;
  const checks = { pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce };
  const resource = oidc.resource && { resource: oidc.resource };
  return sessionOf(await authorizationCodeGrant(configuration, url, { ...checks, idTokenExpected: true }, { ...resource }));
}

/** The session that goes on from a refresh token; throws where the issuer says no. */
export async function refreshed(refreshToken: string): Promise<Session> {
  const { oidc, configuration } = await provider();
  const resource = oidc.resource && { resource: oidc.resource };
  const tokens = await refreshTokenGrant(configuration, refreshToken, { ...resource });
  // An issuer that does not rotate them sends none; the old one goes on being good.
  return { refreshToken, ...sessionOf(tokens) };
}

/** Where a browser is sent to sign out of the issuer too; undefined if the issuer has no such place. */
export async function endOfSession(idToken: string | undefined): Promise<URL | undefined> {
  const { configuration } = await provider();
  if (!configuration.serverMetadata().end_session_endpoint) return undefined;
  return buildEndSessionUrl(configuration, {
    post_logout_redirect_uri: new URL('/sign-in', settings().publicUrl).href,
    ...(idToken && { id_token_hint: idToken }),
  });
}

function sessionOf(tokens: Tokens): Session {
  const seconds = tokens.expiresIn();
  const claims = tokens.claims();
  const name = claims?.name ?? claims?.email;
  return {
    accessToken: tokens.access_token,
    expiresAt: seconds === undefined ? undefined : Date.now() + seconds * 1000,
    ...(tokens.refresh_token && { refreshToken: tokens.refresh_token }),
    ...(tokens.id_token && { idToken: tokens.id_token }),
    ...(typeof name === 'string' && { name }),
  };
}

function callbackUrl(): URL {
  return new URL('/sign-in/callback', settings().publicUrl);
}

let known: Promise<Configuration> | undefined;

async function provider(): Promise<{ oidc: OidcSettings; configuration: Configuration }> {
  const { oidc } = settings();
  if (!oidc) throw new Error('No issuer is configured: REELGRAPH_WEB_OIDC_ISSUER.');
  // An issuer that could not be reached is asked again by whoever comes next.
  known ??= discover(oidc).catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return { oidc, configuration: await known };
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  // Without encryption only on this very machine, as in development.
  const isLocal = issuer.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname);
  return discovery(issuer, clientId, clientSecret, clientSecret ? undefined : None(), {
    execute: isLocal ? [allowInsecureRequests] : [],
    timeout: 10,
  });
}
