import { createFileRoute } from '@tanstack/react-router';

import { beginSignIn } from '../server/oidc.ts';
import { isOurs } from '../server/same-origin.ts';
import { destination, emptySession, goOn, notOurs } from '../server/sign-in.ts';

/** Sends the browser to the issuer, to sign in there. */
export const Route = createFileRoute('/sign-in/start')({
  server: {
    handlers: {
      POST: async ({ request }) => {
        if (!isOurs(request)) return notOurs();
        const { url, pending } = await beginSignIn(await destination(request));
        const current = await emptySession();
        current.pending = pending;
        await current.save();
        return goOn(url);
      },
    },
  },
});
