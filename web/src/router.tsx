import { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { setupRouterSsrQueryIntegration } from '@tanstack/react-router-ssr-query';
import { getGlobalStartContext } from '@tanstack/react-start';

import { routeTree } from './routeTree.gen.ts';
import { Failure } from './ui/failure.tsx';
import { NotFound } from './ui/not-found.tsx';

/** The router of one page in the browser, or of one request on the server. */
export function getRouter() {
  const queryClient = new QueryClient({
    // What the server rendered is not asked for again; what changes is told by events.
    defaultOptions: { queries: { staleTime: 60_000, retry: 1 } },
  });
  const nonce = getGlobalStartContext()?.nonce;
  const router = createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    // Query says what is fresh.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: Failure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
    ...(nonce ? { ssr: { nonce } } : {}),
  });
  setupRouterSsrQueryIntegration({ router, queryClient });
  return router;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof getRouter>;
  }
}
