import { createFileRoute } from '@tanstack/react-router';

import { endOfSession, hasEndOfSession, revoke } from '../server/oidc.ts';
import { IssuerAwayError } from '../server/oidc-provider.ts';
import { reasonOf } from '../server/reason.ts';
import { isOurs } from '../server/same-origin.ts';
import { replaceSession, session } from '../server/session.ts';
import { settings } from '../server/settings.ts';
import { goOn, goOnByPage, notOurs } from '../server/sign-in.ts';

/**
 * Ends the session here, and then at the issuer where it can be ended from here.
 *
 * The issuer is told by an ID token whose session that is. It stays in the cookie until the browser is on its way there,
 * because it must not be in a page.
 */
export const Route = createFileRoute('/sign-out')({
  server: {
    handlers: {
      POST: async ({ request }) => {
        if (!isOurs(request)) return notOurs();
        const { refreshToken, idToken } = await session();
        if (await endsAtIssuer(refreshToken)) {
          await replaceSession({ isLeaving: true, idToken });
          return goOnByPage('/sign-out');
        }
        (await session()).destroy();
        return goOn('/sign-in');
      },
      GET: async () => {
        const current = await session();
        const { isLeaving, idToken } = current;
        // Any site can send a browser here, and signs nobody out by that.
        if (!isLeaving) return goOn('/');
        current.destroy();
        return goOn(await endOfSession(idToken).catch(() => '/sign-in'));
      },
    },
  },
});

// An issuer that is away must not keep anybody signed in here, and nobody is sent there.
async function endsAtIssuer(refreshToken: string | undefined): Promise<boolean> {
  if (!settings().oidc) return false;
  try {
    if (refreshToken) await revoke(refreshToken).catch(passOn);
    return await hasEndOfSession();
  } catch (error) {
    console.warn(`A session was ended here, but not at the issuer: ${reasonOf(error)}`);
    return false;
  }
}

function passOn(error: unknown): void {
  if (error instanceof IssuerAwayError) throw error;
  console.warn(`A refresh token was not taken back: ${reasonOf(error)}`);
}
