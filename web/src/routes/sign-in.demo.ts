import { createFileRoute } from '@tanstack/react-router';

import { isOurs } from '../server/same-origin.ts';
import { replaceSession } from '../server/session.ts';
import { settings } from '../server/settings.ts';
import { destination, goOn, notOurs } from '../server/sign-in.ts';
import { withAccessToken } from '../server/tokens.ts';

/** In development: one click signs the demo user in. */
export const Route = createFileRoute('/sign-in/demo')({
  server: {
    handlers: {
      POST: async ({ request }) => {
        if (!isOurs(request)) return notOurs();
        const { demoToken } = settings();
        if (!demoToken) return new Response('There is no demo user here.\n', { status: 404 });
        const to = await destination(request);
        await replaceSession({ ...withAccessToken(demoToken), name: 'Demo user' });
        return goOn(to);
      },
    },
  },
});
