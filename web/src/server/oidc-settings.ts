import '@tanstack/react-start/server-only';

import { address, isOnThisMachine, type Variables } from './addresses.ts';

/** How people sign in through an OIDC provider. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Public clients have none: PKCE is used in any case. */
  readonly clientSecret: string | undefined;
  /** How the secret is sent, where the issuer takes one way only from this client; otherwise as its metadata say. */
  readonly clientAuthentication: ClientAuthentication | undefined;
  readonly scope: string;
  /** What the issuer is to ask; those that follow the standard to the letter give refresh tokens only after `consent`. */
  readonly prompt: string | undefined;
  /** For issuers that make access tokens for an audience only when asked, as Auth0 (`audience`) does. */
  readonly audience: string | undefined;
  /** The same as RFC 8707 has it (`resource`). */
  readonly resource: string | undefined;
}

export type ClientAuthentication = (typeof WAYS)[number];

const WAYS = ['client_secret_basic', 'client_secret_post'] as const;

/** How people sign in, if variables say so; throws an error that names what is missing or wrong. */
export function oidcFrom(variables: Variables): OidcSettings | undefined {
  if (!variables.REELGRAPH_WEB_OIDC_ISSUER) return undefined;
  const clientId = variables.REELGRAPH_WEB_OIDC_CLIENT_ID;
  if (!clientId) throw new Error('REELGRAPH_WEB_OIDC_CLIENT_ID is missing: the name the issuer knows this app by.');
  return {
    issuer: issuerFrom(variables),
    clientId,
    clientSecret: variables.REELGRAPH_WEB_OIDC_CLIENT_SECRET || undefined,
    clientAuthentication: clientAuthenticationFrom(variables),
    scope: scopeFrom(variables),
    prompt: variables.REELGRAPH_WEB_OIDC_PROMPT || undefined,
    audience: variables.REELGRAPH_WEB_OIDC_AUDIENCE || undefined,
    resource: variables.REELGRAPH_WEB_OIDC_RESOURCE || undefined,
  };
}

function issuerFrom(variables: Variables): URL {
  const issuer = address(variables, 'REELGRAPH_WEB_OIDC_ISSUER');
  if (issuer.protocol !== 'https:' && !isOnThisMachine(issuer)) {
    throw new Error('REELGRAPH_WEB_OIDC_ISSUER must begin with https://; http:// is for this machine only.');
  }
  return issuer;
}

function scopeFrom(variables: Variables): string {
  const scope = variables.REELGRAPH_WEB_OIDC_SCOPE || 'openid profile offline_access';
  if (!scope.split(' ').includes('openid')) throw new Error(`REELGRAPH_WEB_OIDC_SCOPE must have openid: ${scope}`);
  return scope;
}

function clientAuthenticationFrom(variables: Variables): ClientAuthentication | undefined {
  const text = variables.REELGRAPH_WEB_OIDC_CLIENT_AUTHENTICATION;
  const way = WAYS.find((known) => known === text);
  if (text && !way) throw new Error(`REELGRAPH_WEB_OIDC_CLIENT_AUTHENTICATION must be ${WAYS.join(' or ')}: ${text}`);
  return way;
}
