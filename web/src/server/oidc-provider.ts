import '@tanstack/react-start/server-only';

import {
  allowInsecureRequests,
  AuthorizationResponseError,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  None,
  ResponseBodyError,
} from 'openid-client';

import { isOnThisMachine } from './addresses.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { settings } from './settings.ts';

/** The issuer does not answer, or answers nonsense: what was asked of it may be answered later. */
export class IssuerAwayError extends Error {
  override readonly name = 'IssuerAwayError';
  /** What HTTP says of it, by which it is not taken for a fault of ours. */
  readonly status = 503;

  constructor(cause: unknown) {
    super('The sign-in service can not be reached at the moment.', { cause });
  }
}

const TIMEOUT_SECONDS = 5;
// What openid-client says of answers that are none.
const AWAY = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON']);

type Provider = Readonly<{ oidc: OidcSettings; configuration: Configuration }>;

let known: Configuration | undefined;
let coming: Promise<Configuration> | undefined;

/** The issuer, as its metadata described it when they were asked for last; throws `IssuerAwayError`. */
export async function provider(): Promise<Provider> {
  return { oidc: oidcSettings(), configuration: known ?? (await discovered()) };
}

/** The issuer as it is now: for what sends a browser there, which must not come to nobody. */
export async function presentProvider(): Promise<Provider> {
  return { oidc: oidcSettings(), configuration: await discovered() };
}

/** What the issuer answers; throws `IssuerAwayError` unless it has answered, be it that it refuses. */
export async function answered<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (error) {
    throw isAnswer(error) ? error : new IssuerAwayError(error);
  }
}

function isAnswer(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return error.status < 500 && error.status !== 408 && error.status !== 429;
  if (error instanceof AuthorizationResponseError) return true;
  return error instanceof ClientError && error.code !== undefined && !AWAY.has(error.code);
}

// Who asks at the same time asks once.
async function discovered(): Promise<Configuration> {
  const { issuer, clientId, ...rest } = oidcSettings();
  coming ??= discovery(issuer, clientId, undefined, authenticationOf(rest), {
    execute: isOnThisMachine(issuer) ? [allowInsecureRequests] : [],
    timeout: TIMEOUT_SECONDS,
  }).finally(() => {
    coming = undefined;
  });
  try {
    known = await coming;
    return known;
  } catch (error) {
    throw new IssuerAwayError(error);
  }
}

function oidcSettings(): OidcSettings {
  const { oidc } = settings();
  if (!oidc) throw new Error('No issuer is configured: REELGRAPH_WEB_OIDC_ISSUER.');
  return oidc;
}

function authenticationOf({ clientSecret, clientAuthentication }: Partial<OidcSettings>): ClientAuth {
  if (!clientSecret) return None();
  const ways = { client_secret_basic: ClientSecretBasic(clientSecret), client_secret_post: ClientSecretPost(clientSecret) };
  return (server, ...request) => {
    // Where metadata say nothing, the standard does.
    const { token_endpoint_auth_methods_supported: taken = ['client_secret_basic'] } = server;
    const usual = taken.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post';
    return ways[clientAuthentication ?? usual](server, ...request);
  };
}
