import { createFileRoute } from '@tanstack/react-router';

import { whoQuery } from '../home.ts';
import type { Failure } from '../server/sign-in.ts';
import { howToSignIn } from '../server/who.functions.ts';
import { Logo } from '../ui/logo.tsx';

interface SignInSearch {
  /** Where to go on. */
  readonly to?: string | undefined;
  /** What went wrong when it was tried before. */
  readonly failed?: Failure | undefined;
}

const FAILURES = {
  refused: 'That did not work: the sign-in was refused or has taken too long. Please try again.',
  away: 'The sign-in service can not be reached at the moment. Please try again later.',
} as const satisfies Record<Failure, string>;

export const Route = createFileRoute('/sign-in/')({
  validateSearch: ({ to, failed }: Record<string, unknown>): SignInSearch => ({
    to: typeof to === 'string' ? to : undefined,
    failed: failed === 'refused' || failed === 'away' ? failed : undefined,
  }),
  loader: ({ context: { queryClient } }) => {
    // Who comes back from here by the browser's button may be somebody else, or nobody.
    queryClient.removeQueries(whoQuery);
    return howToSignIn();
  },
  head: () => ({ meta: [{ title: 'Sign in · Reelgraph' }] }),
  component: SignIn,
});

function SignIn() {
  const { to = '/', failed } = Route.useSearch();
  const isDemo = Route.useLoaderData() === 'demo';
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-6 py-10">
      <Logo />
      <h1 className="text-2xl font-semibold tracking-tight">Sign in to your library</h1>
      {failed && (
        <p role="alert" className="bg-bad-soft text-bad rounded-lg px-4 py-3 text-sm">
          {FAILURES[failed]}
        </p>
      )}
      {/* A form, so that it works before any script has come. */}
      <form method="post" action={isDemo ? '/sign-in/demo' : '/sign-in/start'}>
        <input type="hidden" name="to" value={to} />
        <button type="submit" className="button-main w-full py-2.5">
          {isDemo ? 'Continue as the demo user' : 'Continue'}
        </button>
      </form>
      <p className="text-soft text-sm">
        {isDemo
          ? 'This is a development server. Anybody who can reach it can sign in.'
          : 'You are asked to sign in by your organisation, and come back here.'}
      </p>
    </main>
  );
}
