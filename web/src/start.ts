import { createMiddleware, createStart } from '@tanstack/react-start';

import { withHeaders } from './server/base-headers.ts';
import { isOurs } from './server/same-origin.ts';
import { securityHeaders } from './server/security-headers.ts';

const secured = createMiddleware().server(async ({ next }) => {
  const { nonce, headers } = securityHeaders();
  const result = await next({ context: { nonce } });
  return { ...result, response: withHeaders(result.response, headers) };
});

// Routes that change something look for themselves.
const forOurPages = createMiddleware().server(({ request, handlerType, next }) => {
  if (handlerType !== 'serverFn' || isOurs(request)) return next();
  return new Response('Only pages of this app may ask here.\n', { status: 403 });
});

export const startInstance = createStart(() => ({ requestMiddleware: [secured, forOurPages] }));
