import { createFileRoute } from '@tanstack/react-router';

import { whoQuery } from '../home.ts';
import { Logo } from '../ui/logo.tsx';

interface SignInSearch {
  /** Where to go on. */
  readonly to?: string | undefined;
  /** Whether the issuer, or a check of its answer, said no. */
  readonly failed?: boolean | undefined;
}

export const Route = createFileRoute('/sign-in/')({
  validateSearch: ({ to, failed }: Record<string, unknown>): SignInSearch => ({
    to: typeof to === 'string' ? to : undefined,
    failed: failed === true || undefined,
  }),
  loader: ({ context: { queryClient } }) => queryClient.query({ ...whoQuery, staleTime: 0 }),
  head: () => ({ meta: [{ title: 'Sign in · Reelgraph' }] }),
  component: SignIn,
});

function SignIn() {
  const { to = '/', failed } = Route.useSearch();
  const { signIn } = Route.useLoaderData();
  const isDemo = signIn === 'demo';
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-6 py-10">
      <Logo />
      <h1 className="text-2xl font-semibold tracking-tight">Sign in to your library</h1>
      {failed && (
        <p role="alert" className="bg-bad-soft text-bad rounded-lg px-4 py-3 text-sm">
          That did not work: the sign-in was refused or has taken too long. Please try again.
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
