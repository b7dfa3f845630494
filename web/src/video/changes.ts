import type { VideoJob, VideoMetadata, VideoPage } from '@reelgraph/client';
import type { QueryClient } from '@tanstack/react-query';

/** Show a video's metadata as they are now. */
export function showMetadata(queryClient: QueryClient, videoId: string, metadata: VideoMetadata): void {
  queryClient.setQueryData<VideoPage>(['video', videoId], (page) => page && { ...page, title: metadata.title, metadata });
  // Its card is fetched again when the library is looked at.
  void queryClient.invalidateQueries({ queryKey: ['library'] });
}

/** Show a video's job as it is now; a new one becomes the first. */
export function showJob(queryClient: QueryClient, videoId: string, job: VideoJob): void {
  queryClient.setQueryData<VideoPage>(['video', videoId], (page) => page && withJob(page, job));
}

/** A video's page with a job as it is now: of what is known already, the newest stays. */
export function withJob(page: VideoPage, job: VideoJob): VideoPage {
  const known = page.jobs.nodes.find(({ id }) => id === job.id);
  // Events that the page already knows of come again when a connection is taken up.
  if (known && known.updatedAt > job.updatedAt) return page;
  const others = page.jobs.nodes.filter(({ id }) => id !== job.id);
  const nodes = [...others, job].sort((a, b) => b.attempt - a.attempt);
  return { ...page, status: nodes[0]?.status ?? null, jobs: { ...page.jobs, nodes } };
}
