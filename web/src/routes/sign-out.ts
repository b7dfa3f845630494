import { createFileRoute } from '@tanstack/react-router';

import { endOfSession } from '../server/oidc.ts';
import { isOurs } from '../server/same-origin.ts';
import { session } from '../server/session.ts';
import { settings } from '../server/settings.ts';
import { goOn, notOurs } from '../server/sign-in.ts';

/** Ends the session here, and at the issuer where it can be ended from here. */
export const Route = createFileRoute('/sign-out')({
  server: {
    handlers: {
      POST: async ({ request }) => {
        if (!isOurs(request)) return notOurs();
        const current = await session();
        const { idToken } = current;
        current.destroy();
        // An issuer that is away must not keep anybody signed in here.
        const end = settings().oidc ? await endOfSession(idToken).catch(() => undefined) : undefined;
        return goOn(end ?? '/sign-in');
      },
    },
  },
});
