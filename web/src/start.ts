import { createMiddleware, createStart } from '@tanstack/react-start';

import { securityHeaders } from './server/security-headers.ts';

const secured = createMiddleware().server(async ({ next }) => {
  const { nonce, headers } = securityHeaders();
  const result = await next({ context: { nonce } });
  for (const [name, value] of headers) {
    if (!result.response.headers.has(name)) result.response.headers.set(name, value);
  }
  return result;
});

export const startInstance = createStart(() => ({ requestMiddleware: [secured] }));
