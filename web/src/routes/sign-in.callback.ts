import { createFileRoute } from '@tanstack/react-router';

import { isTaken } from '../server/asked.ts';
import { completeSignIn } from '../server/oidc.ts';
import { IssuerAwayError } from '../server/oidc-provider.ts';
import { reasonOf } from '../server/reason.ts';
import { pendingSignIn, replaceSession } from '../server/session.ts';
import { failed, goOn } from '../server/sign-in.ts';

/**
 * Where the issuer sends the browser back to.
 *
 * Other sites can send browsers here, too. What does not answer a sign-in of this browser changes nothing: neither the
 * session that it has, nor a sign-in that has begun.
 */
export const Route = createFileRoute('/sign-in/callback')({
  server: {
    handlers: {
      GET: async ({ request }) => {
        const { search, searchParams } = new URL(request.url);
        const pending = await pendingSignIn();
        const { verifier, state, nonce, returnTo } = pending;
        const isAnswer = verifier && state && nonce && returnTo && searchParams.get('state') === state;
        if (!isAnswer) return failed('refused', returnTo ?? '/');
        pending.destroy();
        try {
          const session = await completeSignIn(search, { verifier, state, nonce, returnTo });
          // Otherwise the next page would lead to the sign-in once more, and nobody would know why.
          if (!(await isTaken(session.accessToken))) throw new Error('the API does not take the access token');
          await replaceSession(session);
          return goOn(returnTo);
        } catch (error) {
          console.warn(`A sign-in failed: ${reasonOf(error)}`);
          return failed(error instanceof IssuerAwayError ? 'away' : 'refused', returnTo);
        }
      },
    },
  },
});
