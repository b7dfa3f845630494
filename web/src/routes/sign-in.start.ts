import { createFileRoute } from '@tanstack/react-router';

import { beginSignIn } from '../server/oidc.ts';
import { reasonOf } from '../server/reason.ts';
import { isOurs } from '../server/same-origin.ts';
import { pendingSignIn } from '../server/session.ts';
import { settings } from '../server/settings.ts';
import { destination, failed, goOnByPage, notOurs } from '../server/sign-in.ts';

/** Sends the browser to the issuer, to sign in there. */
export const Route = createFileRoute('/sign-in/start')({
  server: {
    handlers: {
      POST: async ({ request }) => {
        if (!isOurs(request)) return notOurs();
        if (!settings().oidc) return new Response('There is no issuer here.\n', { status: 404 });
        const to = await destination(request);
        try {
          const { url, pending } = await beginSignIn(to);
          await Object.assign(await pendingSignIn(), pending).save();
          return goOnByPage(url);
        } catch (error) {
          console.warn(`A sign-in could not begin: ${reasonOf(error)}`);
          return failed('away', to);
        }
      },
    },
  },
});
