import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute, notFound } from '@tanstack/react-router';

import { NotFound } from '../ui/not-found.tsx';
import { nameOf } from '../ui/format.ts';
import { videoQuery } from '../video/queries.ts';
import { VideoView } from '../video/video-view.tsx';

interface VideoSearch {
  /** Words to find in the transcript. */
  readonly find?: string | undefined;
}

export const Route = createFileRoute('/_app/videos/$videoId')({
  validateSearch: ({ find }: Record<string, unknown>): VideoSearch => ({
    find: find === undefined || find === '' ? undefined : String(find),
  }),
  loader: async ({ context: { queryClient }, params: { videoId } }) => {
    const video = await queryClient.query({ ...videoQuery(videoId), staleTime: 'static' });
    if (!video) throw notFound();
    return { name: nameOf(video) };
  },
  head: ({ loaderData }) => ({ meta: [{ title: `${loaderData?.name ?? 'Not found'} · Reelgraph` }] }),
  notFoundComponent: NotFound,
  component: VideoRoute,
});

function VideoRoute() {
  const { videoId } = Route.useParams();
  const { find = '' } = Route.useSearch();
  const { data: video } = useSuspenseQuery(videoQuery(videoId));
  // Deleted elsewhere, in the meantime.
  return video ? <VideoView key={video.id} video={video} find={find} /> : <NotFound />;
}
