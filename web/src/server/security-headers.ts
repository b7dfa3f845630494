import '@tanstack/react-start/server-only';

import { randomBytes } from 'node:crypto';

import { BASE_HEADERS } from './base-headers.ts';
import { settings } from './settings.ts';

/** The headers of a page's answer, and the nonce by which its page's own scripts are known. */
export function securityHeaders(): { nonce: string; headers: [string, string][] } {
  const nonce = randomBytes(16).toString('base64');
  const { apiUrl, publicUrl } = settings();
  // Signed links lead to the API, or to an object store whose name only the API knows; pages that came by HTTPS ask
  // nothing by HTTP.
  const files = publicUrl.protocol === 'https:' ? 'https:' : `${new URL(apiUrl).origin} https:`;
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
    // Forms lead to us; where they lead on, a page of ours leads.
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    nonce,
    headers: [
      ['content-security-policy', policy.join('; ')],
      ['cross-origin-opener-policy', 'same-origin'],
      ...BASE_HEADERS,
    ],
  };
}
