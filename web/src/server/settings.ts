import '@tanstack/react-start/server-only';

/** How people sign in through an OIDC provider. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Public clients have none: PKCE is used in any case. */
  readonly clientSecret: string | undefined;
  readonly scope: string;
  /** For issuers that make access tokens for an audience only when asked, as Auth0 (`audience`) does. */
  readonly audience: string | undefined;
  /** The same as RFC 8707 has it (`resource`). */
  readonly resource: string | undefined;
}

/** Where the app is, whom it asks, and how people sign in. */
export interface Settings {
  /** Address of the API as this server reaches it. */
  readonly apiUrl: string;
  /** The app's own address as browsers know it. */
  readonly publicUrl: URL;
  /** Seals the session cookie. */
  readonly secret: string;
  /** In development: the token of whoever signs in with one click. */
  readonly demoToken: string | undefined;
  readonly oidc: OidcSettings | undefined;
}

const SHORTEST_SECRET = 32;

let known: Settings | undefined;

/** The settings, read from the environment once; throws an error that names what is missing or wrong. */
export function settings(): Settings {
  known ??= settingsFrom(process.env);
  return known;
}

/** The settings that variables make. */
export function settingsFrom(variables: Readonly<Record<string, string | undefined>>): Settings {
  const secret = variables.REELGRAPH_WEB_SECRET ?? '';
  if (secret.length < SHORTEST_SECRET) {
    throw new Error(`REELGRAPH_WEB_SECRET must have ${SHORTEST_SECRET} characters or more: openssl rand -base64 36`);
  }
  const oidc = oidcFrom(variables);
  const demoToken = variables.REELGRAPH_WEB_DEMO_TOKEN || undefined;
  if (oidc && demoToken) throw new Error('REELGRAPH_WEB_DEMO_TOKEN is for development; unset it or the REELGRAPH_WEB_OIDC_… variables.');
  if (!oidc && !demoToken) {
    throw new Error('Nobody could sign in: set REELGRAPH_WEB_OIDC_ISSUER and REELGRAPH_WEB_OIDC_CLIENT_ID.');
  }
  return {
    apiUrl: url(variables, 'REELGRAPH_API_URL', 'http://127.0.0.1:8000').href.replace(/\/$/, ''),
    publicUrl: url(variables, 'REELGRAPH_WEB_URL', `http://127.0.0.1:${variables.REELGRAPH_WEB_PORT ?? 3000}`),
    secret,
    demoToken,
    oidc,
  };
}

function oidcFrom(variables: Readonly<Record<string, string | undefined>>): OidcSettings | undefined {
  if (!variables.REELGRAPH_WEB_OIDC_ISSUER) return undefined;
  const clientId = variables.REELGRAPH_WEB_OIDC_CLIENT_ID;
  if (!clientId) throw new Error('REELGRAPH_WEB_OIDC_CLIENT_ID is missing: the name the issuer knows this app by.');
  return {
    issuer: url(variables, 'REELGRAPH_WEB_OIDC_ISSUER', ''),
    clientId,
    clientSecret: variables.REELGRAPH_WEB_OIDC_CLIENT_SECRET || undefined,
    scope: variables.REELGRAPH_WEB_OIDC_SCOPE || 'openid profile offline_access',
    audience: variables.REELGRAPH_WEB_OIDC_AUDIENCE || undefined,
    resource: variables.REELGRAPH_WEB_OIDC_RESOURCE || undefined,
  };
}

function url(variables: Readonly<Record<string, string | undefined>>, name: string, otherwise: string): URL {
  const text = variables[name] || otherwise;
  if (!URL.canParse(text)) throw new Error(`${name} is no address: ${text}`);
  return new URL(text);
}
