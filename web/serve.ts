/** The built app on a port of its own: `node serve.ts`, after `npm run build`. */

import { type ServerHandler, serve } from 'srvx';
import { staticMiddleware } from 'srvx/static';

import { settings } from './src/server/settings.ts';

const YEAR = 365 * 24 * 60 * 60;

/** Serve until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  settings(); // says what is missing before anybody asks
  const app: { fetch: ServerHandler } = (await import(path('./dist/server/server.js'))).default;
  const server = serve({
    hostname: process.env.REELGRAPH_WEB_HOST || '127.0.0.1',
    port: Number(process.env.REELGRAPH_WEB_PORT || 3000),
    fetch: app.fetch,
    // The names of assets change with their content.
    middleware: [staticMiddleware({ dir: path('./dist/client/'), maxAge: YEAR, immutable: true })],
    maxRequestBodySize: 4 * 1024 * 1024,
    silent: true,
    gracefulShutdown: { gracefulTimeout: 1, forceTimeout: 2 },
  });
  await server.ready();
}

function path(relative: string): string {
  return new URL(relative, import.meta.url).pathname;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
