import { createFileRoute } from '@tanstack/react-router';

/** For whoever watches this process. */
export const Route = createFileRoute('/healthz')({
  server: { handlers: { GET: () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } }) } },
});
