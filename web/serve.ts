/** The built app on a port of its own: `node serve.ts`, after `npm run build`. */

import { type ServerHandler, type ServerRequest, serve } from 'srvx';
import { staticMiddleware } from 'srvx/static';

import { BASE_HEADERS, withHeaders } from './src/server/base-headers.ts';
import { settings } from './src/server/settings.ts';

const YEAR = 365 * 24 * 60 * 60;
const CLIENT = path('./dist/client/');

/** Serve until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { host, port } = settings(); // says what is missing before anybody asks
  const app: { fetch: ServerHandler } = (await import(path('./dist/server/server.js'))).default;
  // The names of assets change with their content.
  const assets = staticMiddleware({ dir: CLIENT, maxAge: YEAR, immutable: true });
  const others = staticMiddleware({ dir: CLIENT, maxAge: 60 * 60 });
  const server = serve({
    hostname: host,
    port,
    fetch: app.fetch,
    middleware: [
      async (_request, next) => withHeaders(await next(), BASE_HEADERS),
      atPublicUrl,
      (request, next) => (request.url.includes('/assets/') ? assets : others)(request, next),
    ],
    maxRequestBodySize: 4 * 1024 * 1024,
    node: {
      // Sessions may take four cookies of 4 KB.
      maxHeaderSize: 32 * 1024,
      requestTimeout: 60_000,
      // Longer than proxies keep a connection that nothing comes on: who closes it first must not be this server.
      keepAliveTimeout: 75_000,
    },
    silent: true,
    gracefulShutdown: { gracefulTimeout: 1, forceTimeout: 2 },
  });
  await server.ready();
}

/** Whatever name somebody reached this server by: the one that the app goes by is the one that is configured. */
function atPublicUrl(request: ServerRequest, next: () => Response | Promise<Response>): Response | Promise<Response> {
  const { pathname, search } = new URL(request.url);
  request._url = new URL(settings().publicUrl);
  request._url.pathname = pathname;
  request._url.search = search;
  return next();
}

function path(relative: string): string {
  return new URL(relative, import.meta.url).pathname;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
