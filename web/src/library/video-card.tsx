import type { VideoCard as Card } from '@reelgraph/client';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';

import { bytes, day, duration, nameOf } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';

/** A video in the library; drawn again when it has changed, and not with each page that is added to the list. */
export const VideoCard = memo(function VideoCard({ video, isSeenFirst }: { video: Card; isSeenFirst: boolean }) {
  const seconds = video.metadata?.extractedVideoDurationSeconds;
  return (
    <li className="lazily">
      <Link
        to="/videos/$videoId"
        params={{ videoId: video.id }}
        className="panel group hover:border-accent block overflow-hidden transition-colors"
      >
        <div className="relative">
          <Thumbnail url={video.thumbnailFileUrl} isSeenFirst={isSeenFirst} />
          {seconds != null && (
            <span className="absolute right-2 bottom-2 rounded bg-black/80 px-1.5 py-0.5 text-xs font-medium text-white tabular-nums">
              <span className="sr-only">Length </span>
              {duration(seconds)}
            </span>
          )}
        </div>
        <div className="space-y-2 p-3.5">
          <h2 className="group-hover:text-accent truncate font-medium" title={nameOf(video)}>
            {nameOf(video)}
          </h2>
          <p className="text-soft flex items-center gap-2 text-xs tabular-nums">
            <StatusBadge status={video.status} progress={video.latestJob?.progress} />
            <span>{bytes(video.sizeBytes)}</span>
            <time dateTime={video.createdAt} className="ml-auto">
              {day(video.createdAt)}
            </time>
          </p>
        </div>
      </Link>
    </li>
  );
});
