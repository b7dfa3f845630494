import '@tanstack/react-start/server-only';

import { randomBytes } from 'node:crypto';

import { settings } from './settings.ts';

/** The headers of every answer, and the nonce by which its page's own scripts are known. */
export function securityHeaders(): { nonce: string; headers: [string, string][] } {
  const nonce = randomBytes(16).toString('base64');
  // Signed links lead to the API, or to an object store whose name only the API knows.
  const files = `${new URL(settings().apiUrl).origin} https:`;
  // Vite's own client has styles and a socket.
  const development = import.meta.env.DEV;
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${files}`,
    `media-src 'self' ${files}`,
    `connect-src 'self' ${files}${development ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    // A sign-in ends at the issuer, which is where its form leads.
    `form-action 'self'${settings().oidc ? ` ${settings().oidc?.issuer.origin}` : ''}`,
    "frame-ancestors 'none'",
  ];
  return {
    nonce,
    headers: [
      ['content-security-policy', policy.join('; ')],
      ['x-content-type-options', 'nosniff'],
      ['referrer-policy', 'same-origin'],
      ['cross-origin-opener-policy', 'same-origin'],
    ],
  };
}
