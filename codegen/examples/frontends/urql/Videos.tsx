import {
  DeleteVideoDocument,
  getFragmentData,
  PageFieldsFragmentDoc,
  VideosDocument,
  VideoSummaryFragmentDoc,
} from '@reelgraph/client';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';

import { described } from '../deletion.ts';
import { VideoCard } from '../VideoCard.tsx';
import { typed } from './client.ts';

const videosDocument = typed(VideosDocument);
const deleteVideoDocument = typed(DeleteVideoDocument);
// The documents don't ask for `__typename` everywhere, so urql's cache is told what they are about.
const context = { additionalTypenames: ['Video'] };

/** The viewer's videos, newest first, a page at a time. */
export function Videos() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }] = useQuery({ query: videosDocument, variables: { first: 20, after }, context });
  const [deletion, deleteVideo] = useMutation(deleteVideoDocument);

  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return <p>Loading …</p>;
  const { hasNextPage, endCursor } = getFragmentData(PageFieldsFragmentDoc, data.videos.pageInfo);
  return (
    <>
      <ul>
        {data.videos.nodes.map((video) => {
          const { id } = getFragmentData(VideoSummaryFragmentDoc, video);
          return (
            <VideoCard key={id} video={video}>
              <button onClick={() => deleteVideo({ videoId: id }, context)}>Delete</button>
            </VideoCard>
          );
        })}
      </ul>
      {deletion.data && <output>{described(deletion.data.deleteVideo)}</output>}
      {hasNextPage && <button onClick={() => setAfter(endCursor)}>Next</button>}
    </>
  );
}
