import '@tanstack/react-start/server-only';

import { readFileSync } from 'node:fs';

import { address, isOnThisMachine, type Variables } from './addresses.ts';
import { type OidcSettings, oidcFrom } from './oidc-settings.ts';

/** Where the app is, whom it asks, and how people sign in. */
export interface Settings {
  /** Address this server listens on. */
  readonly host: string;
  readonly port: number;
  /** Address of the API as this server reaches it. */
  readonly apiUrl: string;
  /** The app's own address as browsers know it. */
  readonly publicUrl: URL;
  /** Seals the cookies. */
  readonly secret: string;
  /** In development: the token of whoever signs in with one click. */
  readonly demoToken: string | undefined;
  readonly oidc: OidcSettings | undefined;
}

const SHORTEST_SECRET = 32;
// What containers and systemd have as files, under these names in lower case; as the API's server does.
const SECRETS = ['REELGRAPH_WEB_SECRET', 'REELGRAPH_WEB_OIDC_CLIENT_SECRET'];

let known: Settings | undefined;

/** The settings, read from the environment once; throws an error that names what is missing or wrong. */
export function settings(): Settings {
  known ??= settingsFrom({ ...secretsIn(process.env.CREDENTIALS_DIRECTORY || '/run/secrets'), ...process.env });
  return known;
}

/** The settings that variables make. */
export function settingsFrom(variables: Variables): Settings {
  const secret = variables.REELGRAPH_WEB_SECRET ?? '';
  if (secret.length < SHORTEST_SECRET) {
    throw new Error(`REELGRAPH_WEB_SECRET must have ${SHORTEST_SECRET} characters or more: openssl rand -base64 36`);
  }
  const port = portFrom(variables);
  const publicUrl = origin(variables, 'REELGRAPH_WEB_URL', `http://127.0.0.1:${port}`);
  const oidc = oidcFrom(variables);
  if (oidc && publicUrl.protocol !== 'https:' && !isOnThisMachine(publicUrl)) {
    throw new Error('REELGRAPH_WEB_URL must begin with https://; http:// is for this machine only.');
  }
  return {
    host: variables.REELGRAPH_WEB_HOST || '127.0.0.1',
    port,
    apiUrl: address(variables, 'REELGRAPH_API_URL', 'http://127.0.0.1:8000').href.replace(/\/$/, ''),
    publicUrl,
    secret,
    demoToken: demoTokenFrom(variables, oidc),
    oidc,
  };
}

function demoTokenFrom(variables: Variables, oidc: OidcSettings | undefined): string | undefined {
  const token = variables.REELGRAPH_WEB_DEMO_TOKEN || undefined;
  if (!oidc && !token) {
    throw new Error('Nobody could sign in: set REELGRAPH_WEB_OIDC_ISSUER and REELGRAPH_WEB_OIDC_CLIENT_ID.');
  }
  if (token && (oidc || variables.REELGRAPH_ENVIRONMENT === 'production')) {
    throw new Error('REELGRAPH_WEB_DEMO_TOKEN is for development: it signs in whoever asks. Unset it.');
  }
  return token;
}

function portFrom(variables: Variables): number {
  const text = variables.REELGRAPH_WEB_PORT || '3000';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Error(`REELGRAPH_WEB_PORT is no port: ${text}`);
  return port;
}

function origin(variables: Variables, name: string, otherwise: string): URL {
  const url = address(variables, name, otherwise);
  if (url.pathname !== '/' || url.search) throw new Error(`${name} must be an address without a path: ${url.origin}`);
  return url;
}

function secretsIn(folder: string): Variables {
  const found = SECRETS.map((name) => [name, textOf(`${folder}/${name.toLowerCase()}`)] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
