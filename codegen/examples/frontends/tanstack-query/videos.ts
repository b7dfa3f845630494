import {
  DeleteVideoDocument,
  execute,
  getFragmentData,
  mutate,
  PageFieldsFragmentDoc,
  subscribe,
  VideoJobEventsDocument,
  VideosDocument,
} from '@reelgraph/client';
import { infiniteQueryOptions, mutationOptions, type QueryClient } from '@tanstack/react-query';

import { client, type Server } from '../server.ts';

const queryKey = ['videos'] as const;
const beginning: string | null = null;

/** The viewer's videos, newest first, page by page. */
export function videosOptions(server: Server) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam: after, signal }) =>
      execute(VideosDocument, { first: 20, after }, { ...server, client, signal }),
    initialPageParam: beginning,
    getNextPageParam: ({ videos }) => {
      const { hasNextPage, endCursor } = getFragmentData(PageFieldsFragmentDoc, videos.pageInfo);
      return hasNextPage ? endCursor : null;
    },
  });
}

/** Deletes a video by its id; answers the success or the error to be expected. */
export function deleteVideoOptions(server: Server) {
  return mutationOptions({
    mutationFn: (videoId: string) => mutate(DeleteVideoDocument, { videoId }, { ...server, client }),
    onSuccess: (_result, _videoId, _onMutate, context) => context.client.invalidateQueries({ queryKey }),
  });
}

/** Has the videos fetched again whenever one of their jobs has changed, until `signal` ends it. */
export async function followJobs(server: Server, queries: QueryClient, signal: AbortSignal): Promise<void> {
  for await (const _event of subscribe(VideoJobEventsDocument, {}, { ...server, client, signal })) {
    await queries.invalidateQueries({ queryKey });
  }
}
