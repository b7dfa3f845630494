import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

import { LibraryControls } from './library-controls.tsx';
import { type LibrarySearch, libraryQuery } from './queries.ts';
import { TranscriptMatches } from './transcript-matches.tsx';
import { VideoCard } from './video-card.tsx';

// These are seen first: their pictures are not to wait.
const FIRST_ROWS = 8;

/** All of the viewer's videos, or those that a search is about. */
export function Library({ search }: { search: LibrarySearch }) {
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = useSuspenseInfiniteQuery(
    libraryQuery(search),
  );
  const videos = data.pages.flatMap((page) => page.videos.nodes);
  const isNarrowed = search.q !== undefined || search.status !== undefined;
  return (
    <>
      <h1 className="sr-only">Library</h1>
      <LibraryControls search={search} />
      {search.q !== undefined && <TranscriptMatches words={search.q} />}
      {videos.length === 0 ? (
        <Nothing isNarrowed={isNarrowed} />
      ) : (
        <ul aria-label="Videos" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,16rem),1fr))] gap-5">
          {videos.map((video, index) => (
            <VideoCard key={video.id} video={video} isSeenFirst={index < FIRST_ROWS} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <More
          key={videos.length}
          isLoading={isFetchingNextPage}
          hasFailed={isFetchNextPageError}
          onMore={() => !isFetchingNextPage && void fetchNextPage()}
        />
      )}
    </>
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  return (
    <section className="panel mx-auto mt-10 max-w-lg px-6 py-12 text-center">
      <h2 className="text-lg font-semibold">{isNarrowed ? 'Nothing matches' : 'Your library is empty'}</h2>
      <p className="text-soft mt-2">
        {isNarrowed ? 'No video of yours has all of this.' : 'Upload a video, and see here what is found out about it.'}
      </p>
      {isNarrowed ? (
        <Link to="/" search={{}} className="button-plain mt-6">
          Show all videos
        </Link>
      ) : (
        <Link to="/upload" className="button-main mt-6">
          Upload videos
        </Link>
      )}
    </section>
  );
}

function More({ isLoading, hasFailed, onMore }: { isLoading: boolean; hasFailed: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    if (!end.current || hasFailed) return undefined;
    // Before the end is seen, so that reading does not stop there.
    // A busy page hears of several changes at once: the last is what is so.
    const seen = (entries: IntersectionObserverEntry[]): void => {
      if (entries.at(-1)?.isIntersecting) more.current();
    };
    const observer = new IntersectionObserver(seen, { rootMargin: '800px' });
    observer.observe(end.current);
    return () => observer.disconnect();
    // Observed anew after each page: an end that stays in sight would not tell again.
  }, [hasFailed, isLoading]);
  return (
    <div ref={end} className="mt-8 text-center">
      {hasFailed && (
        <p role="alert" className="text-bad mb-3 text-sm">
          More videos could not be loaded.
        </p>
      )}
      <button type="button" className="button-plain min-w-28" disabled={isLoading} onClick={onMore}>
        {isLoading ? 'Loading…' : hasFailed ? 'Try again' : 'Show more'}
      </button>
    </div>
  );
}
