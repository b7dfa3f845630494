import { type FragmentType, getFragmentData, VideoSummaryFragmentDoc } from '@reelgraph/client';
import type { ReactNode } from 'react';

interface Props {
  readonly video: FragmentType<typeof VideoSummaryFragmentDoc>;
  readonly children?: ReactNode;
}

/** A video in a list; only here is known which of its fields are shown. */
export function VideoCard({ video, children }: Props) {
  const { originalFilename, status, thumbnailFileUrl, title } = getFragmentData(VideoSummaryFragmentDoc, video);
  return (
    <li>
      {thumbnailFileUrl && <img src={thumbnailFileUrl} alt="" />}
      {title ?? originalFilename} ({status ?? 'uploading'}) {children}
    </li>
  );
}
