import { useState } from 'react';
import { useQuery } from 'urql';

import { isRelease } from '../server.ts';
import { graphql } from './graphql.ts';
import { VideoCard, videoCard } from './VideoCard.tsx';

const videosText = graphql(
  `
    query Videos($after: String) {
      videos(first: 20, after: $after) {
        nodes {
          id
          ...VideoCard
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [videoCard],
);

// An editor with gql.tada's plugin keeps the id right; `gql.tada check` finds one that isn't.
export const videosQuery = isRelease ? graphql.persisted<typeof videosText>('sha256:4dc7a1c5d9c5493eb78ee55a8bed796ebc57386c9423760ba9834efdd6a8787e') : videosText;

/** The viewer's videos, newest first, a page at a time. */
export function Videos() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }] = useQuery({ query: videosQuery, variables: { after } });

  if (error) return <p role="alert">{error.message}</p>;
  if (!data?.videos) return <p>Loading …</p>;
  const { nodes, pageInfo } = data.videos;
  return (
    <>
      <ul>
        {nodes.map((video) => (
          <VideoCard key={video.id} video={video} />
        ))}
      </ul>
      {pageInfo.hasNextPage && <button onClick={() => setAfter(pageInfo.endCursor)}>Next</button>}
    </>
  );
}
