import type { LibraryEvent, VideoCard } from '@reelgraph/client';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';

import type { LibraryPage } from '../library/queries.ts';
import { showJob } from '../video/changes.ts';

/** Bring what is shown to where an event says that a job, and its video, are. */
export function applyEvent(queryClient: QueryClient, event: LibraryEvent): void {
  const { video, ...job } = event.job;
  const hasEnded = job.status === 'COMPLETED' || job.status === 'FAILED';
  for (const [queryKey, list] of queryClient.getQueriesData<InfiniteData<LibraryPage>>({ queryKey: ['library'] })) {
    const updated = list && withCard(list, video);
    if (updated) queryClient.setQueryData(queryKey, updated);
    // A new video, or one that may belong into another list now.
    if (!updated || hasEnded) void queryClient.invalidateQueries({ queryKey });
  }
  showJob(queryClient, video.id, job);
  if (hasEnded) {
    void queryClient.invalidateQueries({ queryKey: ['video', video.id] });
    void queryClient.invalidateQueries({ queryKey: ['home'] });
  }
}

function withCard(list: InfiniteData<LibraryPage>, card: VideoCard): InfiniteData<LibraryPage> | undefined {
  let isThere = false;
  const pages = list.pages.map((page) => {
    if (!page.videos.nodes.some(({ id }) => id === card.id)) return page;
    isThere = true;
    return { ...page, videos: { ...page.videos, nodes: page.videos.nodes.map((node) => (node.id === card.id ? card : node)) } };
  });
  return isThere ? { ...list, pages } : undefined;
}
