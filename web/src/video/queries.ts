import { RequestError, type VideoPage, VideoPageDocument } from '@reelgraph/client';
import { queryOptions } from '@tanstack/react-query';

import { ask } from '../graphql.ts';

/** Everything that is shown of a video; null if the viewer has none by that id. */
export function videoQuery(id: string) {
  return queryOptions({ queryKey: ['video', id], queryFn: ({ signal }) => videoBy(id, signal) });
}

async function videoBy(id: string, signal: AbortSignal): Promise<VideoPage | null> {
  try {
    return (await ask(VideoPageDocument, { id }, signal)).video;
  } catch (error) {
    // No id at all, as somebody may have typed it.
    if (error instanceof RequestError && error.code === 'BAD_USER_INPUT') return null;
    throw error;
  }
}
