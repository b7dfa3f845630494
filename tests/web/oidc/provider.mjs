/** An OIDC provider on this machine, for tests of the web app's sign-in; run in `web/`, whose package it is. */

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { answerPage } from './pages.mjs';

const { resolve } = createRequire(`${process.cwd()}/`);
const { Provider } = await import(pathToFileURL(resolve('oidc-provider')));

const { PROVIDER_PORT, PROVIDER_RESOURCE, PROVIDER_SECRET } = process.env;

/** What tests turn while the provider runs. */
const turned = { seconds: 3600, audience: PROVIDER_RESOURCE, padding: 0, away: false };
/** What they look at. */
const seen = { refreshes: 0, refused: 0, revoked: 0 };
const refreshTokens = new Set();

const appAt = (url) => ({
  redirect_uris: [`${url}/sign-in/callback`],
  post_logout_redirect_uris: [`${url}/sign-in`],
  grant_types: ['authorization_code', 'refresh_token'],
});

const provider = new Provider(`http://127.0.0.1:${PROVIDER_PORT}`, {
  clients: [
    { ...appAt(process.env.PROVIDER_WEB_URL), client_id: 'confidential', client_secret: PROVIDER_SECRET },
    { ...appAt(process.env.PROVIDER_PUBLIC_WEB_URL), client_id: 'public', token_endpoint_auth_method: 'none' },
  ],
  // Whoever signs in gives a UUID as the name: it is the `sub`.
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: 'Ada Lovelace' }) }),
  // Some issuers have much to say.
  extraTokenClaims: () => ({ padding: 'x'.repeat(turned.padding) }),
  claims: { openid: ['sub'], profile: ['name'] },
  // As issuers do that people use: the name is in the ID token.
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    resourceIndicators: { enabled: true, getResourceServerInfo, useGrantedResource: () => true },
    // Without a question: who signs out of the app has said what is wanted.
    rpInitiatedLogout: { enabled: true, logoutSource },
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: {
    AccessToken: () => turned.seconds,
    AuthorizationCode: 60,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
  cookies: { keys: [randomUUID()] },
  jwks: { keys: [signingKey('RS256', 'rsa', { modulusLength: 2048 }), signingKey('ES256', 'ec', { namedCurve: 'P-256' })] },
});

provider.on('refresh_token.saved', (token) => refreshTokens.add(token));
provider.on('grant.success', ({ oidc }) => {
  if (oidc.params.grant_type === 'refresh_token') seen.refreshes += 1;
});
provider.on('grant.error', () => {
  seen.refused += 1;
});
provider.on('grant.revoked', () => {
  seen.revoked += 1;
});

function getResourceServerInfo(_, resource) {
  if (resource !== PROVIDER_RESOURCE) throw new Error(`there is no ${resource} here`);
  const jwt = { sign: { alg: 'ES256' } };
  return { scope: '', audience: turned.audience, accessTokenFormat: 'jwt', accessTokenTTL: turned.seconds, jwt };
}

function logoutSource(ctx, form) {
  const yes = '<input type="hidden" name="logout" value="yes" form="op.logoutForm">';
  ctx.type = 'html';
  ctx.body = `<!doctype html><link rel="icon" href="data:,">${form}${yes}<script>document.forms[0].submit()</script>`;
}

function signingKey(alg, type, options) {
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

/** A test turns something, or takes all refresh tokens back, and sees what was done so far. */
async function answerTest({ searchParams }, response) {
  for (const [name, value] of searchParams) {
    if (name === 'revoke') await Promise.all([...refreshTokens].map((token) => token.destroy()));
    else turned[name] = JSON.parse(value);
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(seen));
}

const answer = provider.callback();

createServer((request, response) => {
  const url = new URL(request.url, provider.issuer);
  if (url.pathname === '/test') void answerTest(url, response);
  else if (turned.away) request.destroy();
  else if (url.pathname.startsWith('/interaction/')) void answerPage(provider, request, response);
  else answer(request, response);
}).listen(Number(PROVIDER_PORT), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
