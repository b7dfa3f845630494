import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay';

import type { Videos_list$key } from './__generated__/Videos_list.graphql.ts';
import type { VideosPageQuery } from './__generated__/VideosPageQuery.graphql.ts';
import type { VideosQuery } from './__generated__/VideosQuery.graphql.ts';
import { VideoCard } from './VideoCard.tsx';

/** The viewer's videos, newest first. */
export function Videos() {
  const query = useLazyLoadQuery<VideosQuery>(
    graphql`
      query VideosQuery {
        ...Videos_list
      }
    `,
    {},
  );
  return <VideoList query={query} />;
}

function VideoList({ query }: { readonly query: Videos_list$key }) {
  const { data, hasNext, loadNext } = usePaginationFragment<VideosPageQuery, Videos_list$key>(
    graphql`
      fragment Videos_list on Query
      @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
      @refetchable(queryName: "VideosPageQuery")
      @throwOnFieldError {
        videos(first: $first, after: $after) @connection(key: "Videos_videos") {
          edges {
            node {
              id
              ...VideoCard_video
            }
          }
        }
      }
    `,
    query,
  );
  return (
    <>
      <ul>
        {data.videos.edges.map(({ node }) => (
          <VideoCard key={node.id} video={node} />
        ))}
      </ul>
      {hasNext && <button onClick={() => loadNext(20)}>More</button>}
    </>
  );
}
