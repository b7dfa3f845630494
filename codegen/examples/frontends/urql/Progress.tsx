import { getFragmentData, VideoJobEventsDocument, VideoJobFieldsFragmentDoc } from '@reelgraph/client';
import { useSubscription } from 'urql';

import { typed } from './client.ts';

const eventsDocument = typed(VideoJobEventsDocument);

/** How far the newest change has brought its job. */
export function Progress({ videoId }: { readonly videoId: string }) {
  const [{ data, error }] = useSubscription({ query: eventsDocument, variables: { videoId } });
  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return null;
  const { progress, status } = getFragmentData(VideoJobFieldsFragmentDoc, data.videoJobEvents.job);
  return <progress value={progress} title={status} />;
}
