import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { homeQuery } from '../home.ts';
import type { Connection } from '../live/follow-library.ts';
import type { Who } from '../server/who.functions.ts';
import { UploadsInHeader } from '../upload/uploads-in-header.tsx';
import { bytes } from './format.ts';
import { Logo } from './logo.tsx';

/** What stands above every page. */
export function Header({ who, connection }: { who: Who; connection: Connection }) {
  const { data: home } = useQuery(homeQuery);
  return (
    <header className="border-line bg-panel sticky top-0 z-20 border-b">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-3 gap-y-2 px-4 sm:gap-x-5 py-2.5 sm:px-6">
        <Link to="/" className="inline-flex rounded-lg" aria-label="Reelgraph, your library">
          <Logo isShort />
        </Link>
        <nav aria-label="Main" className="flex gap-1 text-sm font-medium">
          <NavLink to="/">Library</NavLink>
          <NavLink to="/upload">Upload</NavLink>
        </nav>
        <div className="ml-auto flex items-center gap-4 text-sm">
          <UploadsInHeader />
          <ConnectionState connection={connection} />
          {home && (
            <span className="text-soft hidden tabular-nums md:inline">
              {home.viewer.videoCount === 1 ? '1 video' : `${home.viewer.videoCount.toLocaleString('en')} videos`} ·{' '}
              {bytes(home.viewer.storedBytes)}
            </span>
          )}
          <form method="post" action="/sign-out" className="flex items-center gap-3">
            {who.name && <span className="text-soft hidden max-w-40 truncate sm:inline">{who.name}</span>}
            <button type="submit" className="button-plain">
              Sign out
            </button>
          </form>
        </div>
      </div>
    </header>
  );
}

function NavLink({ to, children }: { to: '/' | '/upload'; children: string }) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: true, includeSearch: false }}
      className="text-soft hover:text-ink hover:bg-sunken data-[status=active]:bg-accent-soft data-[status=active]:text-ink rounded-lg px-3 py-1.5"
    >
      {children}
    </Link>
  );
}

function ConnectionState({ connection }: { connection: Connection }) {
  return (
    <span role="status" className="text-soft text-sm empty:absolute">
      {connection === 'lost' && 'Connection lost. Trying again…'}
    </span>
  );
}
