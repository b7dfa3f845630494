import { createFileRoute, Outlet, redirect } from '@tanstack/react-router';

import { homeQuery, whoQuery } from '../home.ts';
import { useLiveLibrary } from '../live/use-live-library.ts';
import { Header } from '../ui/header.tsx';

export const Route = createFileRoute('/_app')({
  // Before what the pages below ask for: their answers are then no older than the cursor that events follow from.
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const who = await queryClient.query({ ...whoQuery, staleTime: 'static' });
    if (!who.isSignedIn) throw redirect({ to: '/sign-in', search: { to: location.href } });
    const { videoJobEventsCursor } = await queryClient.query({ ...homeQuery, staleTime: 'static' });
    return { who, eventsCursor: videoJobEventsCursor };
  },
  component: App,
});

function App() {
  const { who, eventsCursor } = Route.useRouteContext();
  const connection = useLiveLibrary(eventsCursor);
  return (
    <>
      <a href="#main" className="button-main sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50">
        Skip to content
      </a>
      <Header who={who} connection={connection} />
      <main id="main" tabIndex={-1} className="mx-auto max-w-7xl px-4 py-6 outline-none sm:px-6">
        <Outlet />
      </main>
    </>
  );
}
