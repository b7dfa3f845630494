import { createFileRoute } from '@tanstack/react-router';

import { completeSignIn } from '../server/oidc.ts';
import { session } from '../server/session.ts';
import { emptySession, goOn } from '../server/sign-in.ts';

/** Where the issuer sends the browser back to. */
export const Route = createFileRoute('/sign-in/callback')({
  server: {
    handlers: {
      GET: async ({ request }) => {
        const { pending } = await session();
        const current = await emptySession();
        try {
          if (!pending) throw new Error('no sign-in had begun in this browser, or it was too long ago');
          Object.assign(current, await completeSignIn(new URL(request.url).search, pending));
          await current.save();
          return goOn(pending.returnTo);
        } catch (error) {
          console.warn(`A sign-in failed: ${error instanceof Error ? error.message : String(error)}`);
          await current.save();
          return goOn('/sign-in?failed=true');
        }
      },
    },
  },
});
