import { useSuspenseQuery } from '@apollo/client/react';

import { graphql } from './gql/index.ts';
import { VideoCard } from './VideoCard.tsx';

export const videosQuery = graphql(`
  query Videos($after: String) {
    videos(first: 20, after: $after) {
      edges {
        node {
          id
          ...VideoCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The viewer's videos, newest first. */
export function Videos() {
  const { data, fetchMore } = useSuspenseQuery(videosQuery);
  const { edges, pageInfo } = data.videos;
  return (
    <>
      <ul>
        {edges.map(({ node }) => (
          <VideoCard key={node.id} video={node} />
        ))}
      </ul>
      {pageInfo.hasNextPage && (
        <button onClick={() => fetchMore({ variables: { after: pageInfo.endCursor } })}>More</button>
      )}
    </>
  );
}
