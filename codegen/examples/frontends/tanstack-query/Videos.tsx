import { getFragmentData, VideoSummaryFragmentDoc } from '@reelgraph/client';
import { useMutation, useQueryClient, useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

import { described } from '../deletion.ts';
import type { Server } from '../server.ts';
import { VideoCard } from '../VideoCard.tsx';
import { deleteVideoOptions, followJobs, videosOptions } from './videos.ts';

/** The viewer's videos, newest first, as they are now. */
export function Videos({ server }: { readonly server: Server }) {
  const { data, hasNextPage, fetchNextPage } = useSuspenseInfiniteQuery(videosOptions(server));
  const deletion = useMutation(deleteVideoOptions(server));
  useFollowedJobs(server);

  const videos = data.pages.flatMap((page) => page.videos.nodes);
  return (
    <>
      <ul>
        {videos.map((video) => {
          const { id } = getFragmentData(VideoSummaryFragmentDoc, video);
          return (
            <VideoCard key={id} video={video}>
              <button onClick={() => deletion.mutate(id)}>Delete</button>
            </VideoCard>
          );
        })}
      </ul>
      {deletion.data && <output>{described(deletion.data)}</output>}
      {hasNextPage && <button onClick={() => fetchNextPage()}>More</button>}
    </>
  );
}

function useFollowedJobs(server: Server) {
  const queries = useQueryClient();
  useEffect(() => {
    const ending = new AbortController();
    followJobs(server, queries, ending.signal).catch((error: unknown) => {
      if (!ending.signal.aborted) console.error(error);
    });
    return () => ending.abort();
  }, [server, queries]);
}
