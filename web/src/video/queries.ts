import { VideoPageDocument } from '@reelgraph/client';
import { queryOptions } from '@tanstack/react-query';

import { ask } from '../graphql.ts';

/** Everything that is shown of a video; null if the viewer has none by that id. */
export function videoQuery(id: string) {
  return queryOptions({
    queryKey: ['video', id],
    queryFn: async ({ signal }) => (await ask(VideoPageDocument, { id }, signal)).video,
  });
}
